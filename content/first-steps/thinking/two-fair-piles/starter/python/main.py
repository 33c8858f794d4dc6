n = int(input())

# Print the stones of one pile, or "impossible".
