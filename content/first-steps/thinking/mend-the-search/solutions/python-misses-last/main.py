import sys


def find(values, wanted):
    low = 0
    high = len(values) - 1
    while low < high:
        middle = (low + high) // 2
        if values[middle] == wanted:
            while middle > 0 and values[middle - 1] == wanted:
                middle -= 1
            return middle
        if values[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return -1


numbers = list(map(int, sys.stdin.read().split()))
n = numbers[0]
values = numbers[2 : 2 + n]
for wanted in numbers[2 + n :]:
    print(find(values, wanted))
