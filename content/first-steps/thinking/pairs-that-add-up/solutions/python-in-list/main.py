n, goal = map(int, input().split())
seen = []
pairs = 0
for number in map(int, input().split()):
    if goal - number in seen:
        pairs += 1
    seen.append(number)
print(pairs)
