# Everything that a process can change, as far as it is let.
import builtins, json, os, random, resource, signal, sys, threading

builtins.left = builtins.abs = lambda *values: "left"
sys.modules["left"] = json
sys.path.insert(0, "/tmp")
os.environ["LEFT"] = "x"
sys.setrecursionlimit(12345)
sys.setswitchinterval(1)
sys.displayhook = print
threading.stack_size(1 << 20)
threading.Thread(target=signal.pause, daemon=True).start()
for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
os.umask(0)
os.chdir("/")
for descriptor in range(3):
    os.set_blocking(descriptor, False)
    os.dup(descriptor)
resource.setrlimit(resource.RLIMIT_NOFILE, (10, 10))
sys.stdout.flush()
os._exit(0)
