# The Kullback-Leibler divergence of a softmax from the distribution y.
z[k] = sum(i, W[k,i]*x[i]) + b[k]
a[k] = softmax(z)[k]
C = sum(k, y[k]*log(y[k]/a[k]))
batch x, y
assume sum(k, y[k]) = 1
assume y[k] > 0
