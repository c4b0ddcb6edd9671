import os

for path in ("/", "/etc", "/proc", "/sys", "/dev", "/home", "/tmp", "/var", ".."):
    try:
        print(path, os.listdir(path))
    except OSError:
        pass
print(sorted(os.listdir()), sorted(os.environ))
