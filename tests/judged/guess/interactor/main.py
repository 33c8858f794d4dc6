# main.py INPUT ANSWER FEEDBACK; stdin and stdout are the program's, crossed
import sys


def end(code, message):
    with open(sys.argv[3] + "/teammessage.txt", "w") as file:
        file.write(message)
    sys.exit(code)


number = int(open(sys.argv[1]).read())
for _ in range(7):
    line = sys.stdin.readline()
    if not line.strip().isdigit():
        end(43, "That is no guess.")
    guess = int(line)
    print("right" if guess == number else "higher" if guess < number else "lower", flush=True)
    if guess == number:
        end(42, "Found.")
end(43, "Seven guesses are enough.")
