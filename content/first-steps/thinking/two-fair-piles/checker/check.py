# Called as: check.py INPUT ANSWER FEEDBACK < what the program wrote
import os
import sys

ACCEPT, REFUSE = 42, 43


def end(code, message):
    with open(os.path.join(sys.argv[3], "teammessage.txt"), "w", encoding="utf-8") as file:
        file.write(message + "\n")
    sys.exit(code)


def stone(word, n):
    # Digits alone, and few of them: a number of a million digits would keep us busy.
    if not (word.isascii() and word.isdigit() and len(word) <= 9) or not 1 <= int(word) <= n:
        end(REFUSE, f"{word[:40]!r} is none of the stones 1 to {n}.")
    return int(word)


def main():
    with open(sys.argv[1]) as file:
        n = int(file.read())
    total = n * (n + 1) // 2
    words = sys.stdin.buffer.read().decode(errors="replace").split()
    if not words:
        end(REFUSE, "There is no answer.")
    if words == ["impossible"]:
        if total % 2 == 1:
            end(ACCEPT, "Right: it is impossible.")
        end(REFUSE, "It is possible.")
    pile = [stone(word, n) for word in words]
    if len(set(pile)) < len(pile):
        end(REFUSE, "A stone is taken twice.")
    weight = sum(pile)
    if weight * 2 != total:
        end(REFUSE, f"This pile weighs {weight}, the other one {total - weight}.")
    end(ACCEPT, f"Both piles weigh {weight}.")


main()
