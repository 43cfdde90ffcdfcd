# A simple recurrent network over three steps, x[0] to x[2], with the same weights W, U and b in each.
data x[3,n0], y, h0
param U
z1[j] = sum(i, W[j,i]*x[0,i]) + sum(k, U[j,k]*h0[k]) + b[j]
h1[j] = tanh(z1[j])
z2[j] = sum(i, W[j,i]*x[1,i]) + sum(k, U[j,k]*h1[k]) + b[j]
h2[j] = tanh(z2[j])
z3[j] = sum(i, W[j,i]*x[2,i]) + sum(k, U[j,k]*h2[k]) + b[j]
h3[j] = tanh(z3[j])
o[k] = sum(j, Wo[k,j]*h3[j]) + bo[k]
C = 1/2*sum(k, (o[k] - y[k])^2)
batch x, y, h0
