import sys

k = int(sys.stdin.readline())
text = sys.stdin.read()

# Count the words, then print the k most frequent.
