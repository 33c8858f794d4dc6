n = int(input())
missing = n * (n + 1) // 4
for stone in range(n, 0, -1):
    if stone <= missing:
        print(stone)
        missing -= stone
