# The hinge cost of a linear classifier; y is 1 or -1.
z = sum(i, W[i]*x[i]) + b
C = max(0, 1 - y*z)
batch x, y
