print(333, flush=True)
print(int(input()), flush=True)
