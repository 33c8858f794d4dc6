guess = 1
print(guess, flush=True)
while (answer := input()) != "correct":
    guess += 1 if answer == "higher" else -1
    print(guess, flush=True)
