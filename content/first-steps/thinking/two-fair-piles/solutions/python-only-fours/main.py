n = int(input())
if n % 4 != 0:
    print("impossible")
else:
    for first in range(1, n, 4):
        print(first, first + 3)
