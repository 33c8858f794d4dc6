import sys

failed = {}  # service → [count, first time]
for line in sys.stdin:
    time, level, service, *_ = line.split(" ", 3)
    if level == "ERROR":
        entry = failed.setdefault(service.strip().rstrip(":"), [0, time])
        entry[0] += 1

for service, (count, first) in failed.items():
    print(service, count, first)
if not failed:
    print("all quiet")
