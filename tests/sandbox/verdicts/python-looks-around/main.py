import os

for path in ("/etc/passwd", "/proc", "/sys", "/dev", "/home", "/tmp", "/var"):
    if os.path.exists(path):
        print(path)
print(sorted(os.listdir("/app")), sorted(os.environ))
