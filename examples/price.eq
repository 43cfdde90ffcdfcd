# Two pieces at 20 each and a tax of 10 % make 44. By how much does this grow with the price of one? By 2.2.
data count, tax
param price
goods = price*count
C = goods*(1 + tax)
