n, goal = map(int, input().split())
seen = set()
pairs = 0
for number in map(int, input().split()):
    if goal - number in seen:
        pairs += 1
    seen.add(number)
print(pairs)
