n, goal = map(int, input().split())
numbers = sorted(map(int, input().split()))
low, high = 0, n - 1
pairs = 0
while low < high:
    total = numbers[low] + numbers[high]
    if total == goal:
        pairs += 1
    if total <= goal:
        low += 1
    else:
        high -= 1
print(pairs)
