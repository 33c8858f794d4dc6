input()
heights = input().split()
print(sum(a != b for i, a in enumerate(heights) for b in heights[:i]))
