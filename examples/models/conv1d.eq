# A one-dimensional convolution of several channels, and relu.
z[c,t] = sum(d, sum(s, W[c,d,s]*x[d,t+s])) + b[c]
h[c,t] = relu(z[c,t])
output h
batch x
