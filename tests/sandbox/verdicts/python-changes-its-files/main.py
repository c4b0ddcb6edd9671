import os

for change in (
    lambda: open("main.py", "r+"),
    lambda: os.chmod("main.py", 0o444),
    lambda: os.rename("main.py", "main.py"),
    lambda: os.utime("main.py"),
):
    try:
        change()
        print("changed")
    except OSError:
        pass
print("nothing")
