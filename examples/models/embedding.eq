# Embedding look-up: x[t] is a word, one-hot; the rows of E are the vectors of words. Then their mean, and a softmax.
param E
e[t,d] = sum(v, x[t,v]*E[v,d])
m[d] = 1/size(t)*sum(t, e[t,d])
z[k] = sum(d, W[k,d]*m[d]) + b[k]
a[k] = softmax(z)[k]
C = -sum(k, y[k]*log(a[k]))
batch x, y
assume onehot(x)
assume sum(k, y[k]) = 1
