import sys

words = sys.stdin.read().split()
n = int(words[0])
# Print the sum of the n numbers after the first.
