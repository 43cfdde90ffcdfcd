# A two-dimensional convolution of several channels, and relu.
z[c,u,v] = sum(d, sum(r, sum(s, W[c,d,r,s]*x[d,u+r,v+s]))) + b[c]
h[c,u,v] = relu(z[c,u,v])
output h
batch x
