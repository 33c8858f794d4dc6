for _ in range(int(input())):
    print(3.14 * float(input()) ** 2)
