import sys

failed = {}
for line in sys.stdin:
    time, level, service, *_ = line.split(" ", 3)
    if level == "ERROR":
        entry = failed.setdefault(service.rstrip(":"), [0, time])
        entry[0] += 1

for service, (count, first) in sorted(failed.items()):
    print(service, count, first)
if not failed:
    print("all quiet")
