n, goal = map(int, input().split())
numbers = set(map(int, input().split()))
print(sum(goal - number in numbers for number in numbers) // 2 + (goal % 2 == 0 and goal // 2 in numbers))
