# A dense layer without bias, on its own.
z[j] = sum(i, W[j,i]*x[i])
a[j] = sigmoid(z[j])
output a
batch x
