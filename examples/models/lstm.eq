# An LSTM cell: input, forget and output gate, candidate; from the state h0, c0 to the state h, c.
data x, h0[n1], c0[n1]
param Wi, Wf, Wg, Wo, Ui, Uf, Ug, Uo, bi, bf, bg, bo
zi[j] = sum(m, Wi[j,m]*x[m]) + sum(k, Ui[j,k]*h0[k]) + bi[j]
zf[j] = sum(m, Wf[j,m]*x[m]) + sum(k, Uf[j,k]*h0[k]) + bf[j]
zg[j] = sum(m, Wg[j,m]*x[m]) + sum(k, Ug[j,k]*h0[k]) + bg[j]
zo[j] = sum(m, Wo[j,m]*x[m]) + sum(k, Uo[j,k]*h0[k]) + bo[j]
i[j] = sigmoid(zi[j])
f[j] = sigmoid(zf[j])
g[j] = tanh(zg[j])
o[j] = sigmoid(zo[j])
c[j] = f[j]*c0[j] + i[j]*g[j]
h[j] = o[j]*tanh(c[j])
output h, c
batch x, h0, c0
