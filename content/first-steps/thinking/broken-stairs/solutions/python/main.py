import sys

numbers = list(map(int, sys.stdin.read().split()))
n = numbers[0]
broken = set(numbers[2:])

below, here = 0, 1  # ways to the step below and to this one; at first, the ground
for step in range(1, n + 1):
    below, here = here, 0 if step in broken else below + here
print(here)
