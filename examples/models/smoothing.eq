# Label smoothing: a share eps of every target is spread evenly over the classes.
data x, y, eps
z[k] = sum(i, W[k,i]*x[i]) + b[k]
a[k] = softmax(z)[k]
C = -sum(k, ((1 - eps)*y[k] + eps/size(k))*log(a[k]))
batch x, y
assume sum(k, y[k]) = 1
