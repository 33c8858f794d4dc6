line = input()

pile = []  # the brackets that are still open, the last one on top
for position, c in enumerate(line, start=1):
    # What does c do to the pile?
    pass
