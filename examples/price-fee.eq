# The same with a fee for delivery: 49 for a fee of 5. The fee changes no derivative; 49/44 is none.
data count, tax, fee
param price
goods = price*count
taxed = goods*(1 + tax)
C = taxed + fee
