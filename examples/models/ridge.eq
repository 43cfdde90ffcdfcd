# Ridge regression: squared errors over the records p, and a penalty on the weights.
data X, y, lambda
e[p] = sum(i, X[p,i]*w[i]) - y[p]
C = sum(p, e[p]^2) + lambda*sum(i, w[i]^2)
