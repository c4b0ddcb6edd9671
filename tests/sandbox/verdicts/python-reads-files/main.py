for path in ("/etc/passwd", "/etc/shadow", "/proc/self/status", "/proc/self/mem", "/dev/zero", "../../etc/passwd"):
    try:
        open(path)
        print(path)
    except OSError:
        pass
print("nothing")
