import sys

failed = {}
for line in sys.stdin:
    if "ERROR" in line:
        time, level, service, *_ = line.split(" ", 3)
        entry = failed.setdefault(service.rstrip(":"), [0, time])
        entry[0] += 1

for service, (count, first) in failed.items():
    print(service, count, first)
if not failed:
    print("all quiet")
