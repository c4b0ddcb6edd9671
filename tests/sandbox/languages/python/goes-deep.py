import sys

sys.setrecursionlimit(200_000)


def total(n):
    return total(n - 1) + n if n else 0


print(total(100_000))
