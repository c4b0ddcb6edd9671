all = []
while True:
    all.append("x" * (1 << 20) + str(len(all)))
