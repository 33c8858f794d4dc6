# interact INPUT JUDGE_ANSWER FEEDBACK, stdin and stdout: the program's.
import os
import sys


def leave(code, why):
    with open(sys.argv[3] + "judgemessage.txt", "w") as file:
        file.write(why + "\n")
    os._exit(code)  # without a last flush, to a program that may have gone


with open(sys.argv[1]) as file:
    secret = int(file.read())
for turn in range(1, 11):
    line = sys.stdin.readline(100)
    if not line.strip().isascii() or not line.strip().isdigit():
        leave(43, f"guess {turn} is no number")
    guess = int(line)
    answer = "correct" if guess == secret else "lower" if guess > secret else "higher"
    try:
        print(answer, flush=True)
    except BrokenPipeError:
        leave(43, f"the program left after guess {turn}")
    if guess == secret:
        leave(42, f"{turn} guesses")
leave(43, "more than ten guesses")
