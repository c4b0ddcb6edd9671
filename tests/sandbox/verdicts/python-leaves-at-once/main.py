import os

os.write(1, b"written\n")
print("buffered")
os._exit(3)
