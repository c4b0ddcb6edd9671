import os

for change in (lambda: os.write(0, b"x"), lambda: os.ftruncate(0, 0), lambda: os.truncate("/dev/stdin", 0)):
    try:
        change()
        print("changed")
    except OSError:
        pass
print("nothing")
