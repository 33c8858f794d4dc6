n = int(input())
found = [(a, b) for a in range(1, n) for b in range(1, n) if a != b and a + b == n]
print(*found[0])
