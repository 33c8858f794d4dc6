import sys

line = sys.stdin.buffer.readline().rstrip(b"\n")
print(len(line), len(line.decode("utf-8")))
