# Reads files and lists folders whose paths are given.
import os

for path in input().split():
    try:
        print(open(path).read())
    except OSError:
        pass
    try:
        print(os.listdir(os.path.dirname(path)))
    except OSError:
        pass
print("nothing")
