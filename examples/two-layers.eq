# The network 4-3-5 with a softmax output, written out.
z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]
a1[j] = sigmoid(z1[j])
z2[k] = sum(j, W2[k,j]*a1[j]) + b2[k]
a2[k] = softmax(z2)[k]
C     = -sum(k, y[k]*log(a2[k]))
batch x, y
assume sum(k, y[k]) = 1
