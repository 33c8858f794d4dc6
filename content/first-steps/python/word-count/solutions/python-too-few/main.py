import re
import sys

k = int(sys.stdin.readline())
counts = {}
for word in re.findall("[a-z]+", sys.stdin.read().lower()):
    counts[word] = counts.get(word, 0) + 1
order = sorted(counts, key=lambda word: (-counts[word], word))
for i in range(k):
    print(order[i], counts[order[i]])
