# A two-dimensional convolution with kernels of 3 by 3, stride 2 and a border of one zero all around.
z[c,u,v] = sum(d, sum(r < 3, sum(s < 3, W[c,d,r,s]*x[d,2*u+r-1,2*v+s-1]))) + b[c]
h[c,u,v] = relu(z[c,u,v])
output h
batch x
