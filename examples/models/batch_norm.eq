# Batch normalisation, as a layer on its own: p counts the records, whose mean and variance are taken.
data x, eps
param gain, shift
m[j] = 1/size(p)*sum(p, x[p,j])
v[j] = 1/size(p)*sum(p, (x[p,j] - m[j])^2)
u[p,j] = (x[p,j] - m[j])/sqrt(v[j] + eps)
h[p,j] = gain[j]*u[p,j] + shift[j]
output h
assume eps > 0
