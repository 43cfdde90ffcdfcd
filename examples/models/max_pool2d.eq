# Max pooling: the largest in windows of 2 by 2.
h[c,u,v] = max(r < 2, max(s < 2, x[c,2*u+r,2*v+s]))
output h
batch x
