# Normalisation by the root mean square, as a layer on its own.
data x, eps
param gain
q = 1/size(j)*sum(j, x[j]^2)
h[j] = gain[j]*x[j]/sqrt(q + eps)
output h
batch x
assume eps > 0
