# An autoencoder with tied weights: it encodes by W and decodes by W transposed.
z1[j] = sum(i, W[j,i]*x[i]) + b1[j]
a1[j] = tanh(z1[j])
r[i] = sum(j, W[j,i]*a1[j]) + b2[i]
C = 1/2*sum(i, (r[i] - x[i])^2)
batch x
