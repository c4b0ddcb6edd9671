import os

for echo in ("/bin/echo", "/usr/bin/echo"):
    try:
        os.execv(echo, [echo, "through"])
    except OSError:
        pass
print("nothing")
