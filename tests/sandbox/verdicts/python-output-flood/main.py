for _ in range(10000):
    print("x" * 1000)
