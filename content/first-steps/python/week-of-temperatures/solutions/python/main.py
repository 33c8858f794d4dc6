import sys

temperatures = list(map(float, sys.stdin.read().split()))[1:]
average = sum(temperatures) / len(temperatures)
distance = sum(abs(t - average) for t in temperatures) / len(temperatures)
print(average)
print(distance)
