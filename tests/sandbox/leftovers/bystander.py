# Not a hostile program, but a process of the user's that nobody may touch.
import signal, sys

for number in (signal.SIGUSR1, signal.SIGIO, signal.SIGTERM):
    signal.signal(number, lambda number, frame: print("got", number, flush=True))
print("ready", flush=True)
sys.stdin.read()
