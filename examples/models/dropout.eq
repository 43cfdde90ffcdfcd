# Dropout with the mask given: units are kept with probability 1 - p and scaled up by 1/(1 - p).
data x, y, mask, p
z1[j] = sum(i, W1[j,i]*x[i]) + b1[j]
a1[j] = relu(z1[j])
d[j] = mask[j]*a1[j]/(1 - p)
z2[k] = sum(j, W2[k,j]*d[j]) + b2[k]
C = 1/2*sum(k, (z2[k] - y[k])^2)
batch x, y, mask
