# Concatenation: the hidden layer and the input side by side, then an output layer on both.
z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]
a1[j] = relu(z1[j])
c[m] = sum(j, kron(m, j)*a1[j]) + sum(i, kron(m, i+size(j))*x[i])
z2[k] = sum(m, W2[k,m]*c[m]) + b2[k]
C = 1/2*sum(k, (z2[k] - y[k])^2)
batch x, y
