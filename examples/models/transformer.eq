# A transformer block: layer norm, attention of several heads (index n), layer norm, two dense layers;
# what comes in is added to what comes out, twice.
data x, eps
param g1, s1, g2, s2
m1[t] = 1/size(c)*sum(c, x[t,c])
v1[t] = 1/size(c)*sum(c, (x[t,c] - m1[t])^2)
u1[t,c] = (x[t,c] - m1[t])/sqrt(v1[t] + eps)
n1[t,c] = g1[c]*u1[t,c] + s1[c]
q[n,t,d] = sum(c, n1[t,c]*Wq[n,d,c])
k[n,t,d] = sum(c, n1[t,c]*Wk[n,d,c])
v[n,t,e] = sum(c, n1[t,c]*Wv[n,e,c])
s[n,t,u] = sum(d, q[n,t,d]*k[n,u,d])/sqrt(size(d))
a[n,t,u] = softmax(s)[n,t,u]
o[n,t,e] = sum(u, a[n,t,u]*v[n,u,e])
r[t,c] = x[t,c] + sum(n, sum(e, Wo[c,n,e]*o[n,t,e]))
m2[t] = 1/size(c)*sum(c, r[t,c])
v2[t] = 1/size(c)*sum(c, (r[t,c] - m2[t])^2)
u2[t,c] = (r[t,c] - m2[t])/sqrt(v2[t] + eps)
n2[t,c] = g2[c]*u2[t,c] + s2[c]
z1[t,j] = sum(c, W1[j,c]*n2[t,c]) + b1[j]
a1[t,j] = gelu(z1[t,j])
h[t,c] = r[t,c] + sum(j, W2[c,j]*a1[t,j]) + b2[c]
output h
batch x
assume eps > 0
