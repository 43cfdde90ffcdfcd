# The sum of squared differences.
data y
param x
C = sum(k, (x[k] - y[k])^2)
