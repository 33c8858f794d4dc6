def first_misfit(line):
    closing = {"(": ")", "[": "]", "{": "}"}
    wanted = []
    for position, c in enumerate(line, start=1):
        if c in closing:
            wanted.append(closing[c])
        elif c in ")]}":
            if wanted.pop() != c:
                return position
    return len(line) + 1 if wanted else None


print(first_misfit(input()) or "ok")
