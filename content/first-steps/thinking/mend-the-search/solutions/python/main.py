import sys


def find(values, wanted):
    # Everything before low is smaller than wanted; everything from high on is not.
    low = 0
    high = len(values)
    while low < high:
        middle = (low + high) // 2
        if values[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low if low < len(values) and values[low] == wanted else -1


numbers = list(map(int, sys.stdin.read().split()))
n = numbers[0]
values = numbers[2 : 2 + n]
for wanted in numbers[2 + n :]:
    print(find(values, wanted))
