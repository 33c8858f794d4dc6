low, high = 1, int(input())
answer = ""
while answer not in ("right", "over"):
    middle = (low + high) // 2
    print(middle, flush=True)
    answer = input()
    if answer == "higher":
        low = middle + 1
    else:
        high = middle - 1
