kept = [c.lower() for c in input() if c.isalpha()]
print("palindrome" if kept == kept[::-1] else "no")
