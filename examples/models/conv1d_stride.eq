# A one-dimensional convolution with stride 2, one zero put before and one behind each channel.
z[c,t] = sum(d, sum(s < 3, W[c,d,s]*x[d,2*t+s-1])) + b[c]
h[c,t] = relu(z[c,t])
output h
batch x
