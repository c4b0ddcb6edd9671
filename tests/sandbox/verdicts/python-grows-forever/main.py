numbers = []
while len(numbers) < 5120:
    numbers.append("x" * 100000)
print("512 MB")
