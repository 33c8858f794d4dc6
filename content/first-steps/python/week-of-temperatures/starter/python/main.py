import sys

numbers = list(map(float, sys.stdin.read().split()))
n = int(numbers[0])
temperatures = numbers[1:]

# Print the average, then the average distance from it.
