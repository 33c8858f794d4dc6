import sys

for line in sys.stdin:
    # Which part of the line is the level, and which the service?
    pass
