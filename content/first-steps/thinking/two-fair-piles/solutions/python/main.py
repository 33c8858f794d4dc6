n = int(input())
total = n * (n + 1) // 2
if total % 2 == 1:
    print("impossible")
else:
    missing = total // 2
    pile = []
    for stone in range(n, 0, -1):
        if stone <= missing:
            pile.append(stone)
            missing -= stone
    print(*pile)
