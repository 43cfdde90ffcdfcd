# Self-attention of several heads: the index n counts them. What they find is added up by Wo.
q[n,t,d] = sum(c, x[t,c]*Wq[n,d,c])
k[n,t,d] = sum(c, x[t,c]*Wk[n,d,c])
v[n,t,e] = sum(c, x[t,c]*Wv[n,e,c])
s[n,t,u] = sum(d, q[n,t,d]*k[n,u,d])/sqrt(size(d))
a[n,t,u] = softmax(s)[n,t,u]
o[n,t,e] = sum(u, a[n,t,u]*v[n,u,e])
r[t,c] = sum(n, sum(e, Wo[c,n,e]*o[n,t,e]))
output r
batch x
