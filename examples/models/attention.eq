# Self-attention of one head over the positions t of a sequence, scaled by the root of the width.
q[t,d] = sum(c, x[t,c]*Wq[c,d])
k[t,d] = sum(c, x[t,c]*Wk[c,d])
v[t,e] = sum(c, x[t,c]*Wv[c,e])
s[t,u] = sum(d, q[t,d]*k[u,d])/sqrt(size(d))
a[t,u] = softmax(s)[t,u]
o[t,e] = sum(u, a[t,u]*v[u,e])
output o
batch x
