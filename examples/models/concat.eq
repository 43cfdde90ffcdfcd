# Concatenation: the hidden layer and the input side by side, then an output layer on both.
z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]
a1[j] = relu(z1[j])
c[m] = concat(a1, x)[m]
z2[k] = sum(m, W2[k,m]*c[m]) + b2[k]
C = 1/2*sum(k, (z2[k] - y[k])^2)
batch x, y
