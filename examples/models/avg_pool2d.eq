# Average pooling: the means of windows of 2 by 2.
h[c,u,v] = 1/4*sum(r < 2, sum(s < 2, x[c,2*u+r,2*v+s]))
output h
batch x
