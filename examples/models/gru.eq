# A GRU cell: reset gate r, update gate u, candidate n; from the state h0 to the state h.
data x, h0[n1]
param Wr, Wu, Wn, Ur, Uu, Un, br, bu, bn
zr[j] = sum(m, Wr[j,m]*x[m]) + sum(k, Ur[j,k]*h0[k]) + br[j]
zu[j] = sum(m, Wu[j,m]*x[m]) + sum(k, Uu[j,k]*h0[k]) + bu[j]
r[j] = sigmoid(zr[j])
u[j] = sigmoid(zu[j])
zn[j] = sum(m, Wn[j,m]*x[m]) + r[j]*sum(k, Un[j,k]*h0[k]) + bn[j]
n[j] = tanh(zn[j])
h[j] = (1 - u[j])*n[j] + u[j]*h0[j]
output h
batch x, h0
