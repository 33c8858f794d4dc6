from collections import Counter

n = int(input())
print((n * n - sum(k * k for k in Counter(input().split()).values())) // 2)
