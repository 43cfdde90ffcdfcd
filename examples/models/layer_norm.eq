# Layer normalisation, as a layer on its own: mean and variance over the units of one record.
data x, eps
param gain, shift
m = 1/size(j)*sum(j, x[j])
v = 1/size(j)*sum(j, (x[j] - m)^2)
u[j] = (x[j] - m)/sqrt(v + eps)
h[j] = gain[j]*u[j] + shift[j]
output h
batch x
assume eps > 0
