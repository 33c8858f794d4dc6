import sys


def find(values, wanted):
    low = 0
    high = len(values) - 1
    while low < high:
        middle = (low + high) // 2
        if values[middle] == wanted:
            return middle
        if values[middle] < wanted:
            low = middle
        else:
            high = middle
    return -1


numbers = list(map(int, sys.stdin.read().split()))
n = numbers[0]
values = numbers[2 : 2 + n]
for wanted in numbers[2 + n :]:
    print(find(values, wanted))
