import sys

numbers = list(map(int, sys.stdin.read().split()))
n = numbers[0]
broken = set(numbers[2:])

# In how many ways can you get to step n?
