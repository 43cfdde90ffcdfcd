# A skip connection: the input reaches the output past the hidden layer, by weights of its own.
z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]
a1[j] = tanh(z1[j])
z2[k] = sum(j, W2[k,j]*a1[j]) + sum(i, W3[k,i]*x[i]) + b2[k]
C = 1/2*sum(k, (z2[k] - y[k])^2)
batch x, y
