import os

print(sorted(os.listdir()), sorted(os.environ))
