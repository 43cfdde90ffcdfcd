# The Huber cost of linear regression: r^2/2 up to kappa, kappa*(abs(r) - kappa/2) beyond.
data x, y, kappa
z[k] = sum(i, W[k,i]*x[i]) + b[k]
r[k] = z[k] - y[k]
q[k] = min(abs(r[k]), kappa)
C = sum(k, q[k]*(abs(r[k]) - 1/2*q[k]))
batch x, y
assume kappa > 0
