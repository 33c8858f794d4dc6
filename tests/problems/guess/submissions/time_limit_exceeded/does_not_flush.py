# Waits for an answer to what nobody has seen. (input() would flush.)
import sys

print(500)
sys.stdin.readline()
