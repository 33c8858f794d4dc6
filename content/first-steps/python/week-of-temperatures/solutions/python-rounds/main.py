import sys

temperatures = list(map(float, sys.stdin.read().split()))[1:]
average = sum(temperatures) / len(temperatures)
distance = sum(abs(t - average) for t in temperatures) / len(temperatures)
print(f"{average:.2f}")
print(f"{distance:.2f}")
