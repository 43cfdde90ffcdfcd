# Max pooling: the largest in windows of 3.
h[c,t] = max(s < 3, x[c,3*t+s])
output h
batch x
