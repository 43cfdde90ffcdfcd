# One step of backpropagation through time: from the derivative by h to those by h0, the step before, and the weights.
data x, h0[n1]
param U[n1,n1]
z[j] = sum(i, W[j,i]*x[i]) + sum(k, U[j,k]*h0[k]) + b[j]
h[j] = tanh(z[j])
output h
batch x, h0
