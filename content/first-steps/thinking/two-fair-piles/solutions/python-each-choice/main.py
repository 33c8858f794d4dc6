n = int(input())
total = n * (n + 1) // 2


def find():
    for choice in range(2**n):
        pile = [stone for stone in range(1, n + 1) if choice >> (stone - 1) & 1]
        if sum(pile) * 2 == total:
            return pile
    return ["impossible"]


print(*find())
