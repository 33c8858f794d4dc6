read -r n
# Read n numbers, which may be spread over lines, and print their sum.
