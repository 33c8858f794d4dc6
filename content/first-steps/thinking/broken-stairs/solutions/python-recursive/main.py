import sys

numbers = list(map(int, sys.stdin.read().split()))
broken = set(numbers[2:])


def ways(step):
    if step < 0 or step in broken:
        return 0
    if step == 0:
        return 1
    return ways(step - 1) + ways(step - 2)


print(ways(numbers[0]))
