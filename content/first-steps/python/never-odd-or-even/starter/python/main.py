line = input()

# What should happen to the line before it is compared?
if line == line[::-1]:
    print("palindrome")
else:
    print("no")
