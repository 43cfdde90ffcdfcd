# The logarithm of a sum of exponentials; its gradient is the softmax.
param z
C = log(sum(k, exp(z[k])))
