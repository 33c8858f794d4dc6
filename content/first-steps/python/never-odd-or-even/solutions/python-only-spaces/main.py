line = input().lower().replace(" ", "")
print("palindrome" if line == line[::-1] else "no")
