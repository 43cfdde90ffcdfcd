# The contrastive cost InfoNCE: among all y[q], x[p] is to find its own partner y[p]. tau is the temperature.
data x, y, tau
u[p,k] = sum(i, W[k,i]*x[p,i])
v[p,k] = sum(i, W[k,i]*y[p,i])
s[p,q] = sum(k, u[p,k]*v[q,k])/tau
a[p,q] = softmax(s)[p,q]
C = -1/size(p)*sum(p, log(a[p,p]))
