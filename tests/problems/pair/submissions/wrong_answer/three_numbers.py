print(1, 1, int(input()) - 2)
