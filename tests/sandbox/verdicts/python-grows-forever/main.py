numbers = []
while True:
    numbers.append("x" * 100000)
