import re
import sys

k = int(sys.stdin.readline())
counts = {}
for word in re.findall("[a-z]+", sys.stdin.read().lower()):
    counts[word] = counts.get(word, 0) + 1
for word, count in sorted(counts.items(), key=lambda item: (item[1], item[0]), reverse=True)[:k]:
    print(word, count)
