z[j] = sum(i, W[j,i]*x[i]) + b[j]
a[j] = sigmoid(z[j])
C = 1/2*sum(j, (a[j] - y[j])^2)
