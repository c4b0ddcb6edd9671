import sys
import threading

sys.setrecursionlimit(10**6)
threading.stack_size(64 << 20)


def down(n):
    return 0 if n == 0 else down(n - 1) + 1


thread = threading.Thread(target=lambda: print(down(50000)))
thread.start()
thread.join()
