import sys

line = sys.stdin.buffer.readline().strip()
print(len(line), len(line.decode("utf-8")))
