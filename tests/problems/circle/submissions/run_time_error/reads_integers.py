import math

for _ in range(int(input())):
    print(math.pi * int(input()) ** 2)
