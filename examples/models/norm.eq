# A vector over its norm: what is left is its direction.
data x
r = sqrt(sum(k, x[k]^2))
h[k] = x[k]/r
output h
