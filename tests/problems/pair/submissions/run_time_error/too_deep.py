def down(a, b):
    return (a, b) if a == 1 else down(a - 1, b + 1)


n = int(input())
print(*down(n // 2 + 1, n - n // 2 - 1) if n < 100 else down(n - 1, 1))
