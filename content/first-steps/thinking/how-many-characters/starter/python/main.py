import sys

line = sys.stdin.buffer.readline().rstrip(b"\n")  # bytes, not text
print(len(line))
