# The focal cost: cross-entropy in which what is already classified well counts less.
data x, y, gamma
z[k] = sum(i, W[k,i]*x[i]) + b[k]
a[k] = softmax(z)[k]
C = -sum(k, y[k]*(1 - a[k])^gamma*log(a[k]))
batch x, y
