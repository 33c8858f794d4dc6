# Called as: interact.py INPUT ANSWER FEEDBACK; stdin and stdout are those of the judged program, crossed.
import os
import sys

ACCEPT, REFUSE = 42, 43
line_max = 100


def end(code, message):
    with open(os.path.join(sys.argv[3], "teammessage.txt"), "w", encoding="utf-8") as file:
        file.write(message + "\n")
    sys.exit(code)


def tell(word):
    try:
        print(word, flush=True)
    except BrokenPipeError:
        # Nobody listens any more. Standard output is flushed once more at the end, and must not fail then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def guess(n):
    line = sys.stdin.buffer.readline(line_max).decode(errors="replace")
    word = line.strip()
    if line == "":
        end(REFUSE, "Your program ended before it had found the number.")
    if not (word.isascii() and word.isdigit() and len(word) <= 9) or not 1 <= int(word) <= n:
        end(REFUSE, f"{word[:40]!r} is no number from 1 to {n}.")
    return int(word)


def main():
    with open(sys.argv[1]) as file:
        n, number = map(int, file.read().split())
    guesses = n.bit_length()
    tell(n)
    for used in range(1, guesses + 1):
        guessed = guess(n)
        if guessed == number:
            tell("right")
            end(ACCEPT, f"Found with guess {used} of {guesses}.")
        tell("over" if used == guesses else "higher" if guessed < number else "lower")
    end(REFUSE, f"Not found with {guesses} guesses, the last was {guessed}.")


main()
