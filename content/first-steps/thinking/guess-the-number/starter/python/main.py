n = int(input())

print(1, flush=True)
answer = input()
# Guess until the answer is "right" or "over".
