# A residual block, x + F(x) with two layers in F, below a softmax output.
z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]
a1[j] = relu(z1[j])
z2[i] = sum(j, W2[i,j]*a1[j]) + b2[i]
r[i] = relu(x[i] + z2[i])
z3[k] = sum(i, W3[k,i]*r[i]) + b3[k]
a3[k] = softmax(z3)[k]
C = -sum(k, y[k]*log(a3[k]))
batch x, y
assume sum(k, y[k]) = 1
