# Read two numbers, print their sum.
