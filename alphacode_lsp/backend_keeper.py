"""Runs one command and ends it when the process that started this one is gone, however that process ended.

    python -P -m alphacode_lsp.backend_keeper COMMAND ARGUMENT...

Standard input is a pipe from the parent: its end means that the parent has closed it or died. The command then gets
SIGTERM, and SIGKILL with all that it started if it is still there after a while.
"""

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from types import FrameType

GRACE_S = 5.0


def main() -> int:
    # A session of its own, so that everything the command starts can be ended together.
    child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, start_new_session=True)

    def stop(number: int, frame: FrameType | None) -> None:
        threading.Thread(target=end, args=(child,), daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    threading.Thread(target=_watch_parent, args=(child,), daemon=True).start()
    status = child.wait()
    _signal_group(child, signal.SIGKILL)
    return status if status >= 0 else 128 - status


def end(child: "subprocess.Popen[bytes]") -> None:
    """Ask the command to stop, then insist."""
    child.terminate()
    try:
        child.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        _signal_group(child, signal.SIGKILL)


def _watch_parent(child: "subprocess.Popen[bytes]") -> None:
    while os.read(0, 4096):
        pass
    end(child)


def _signal_group(child: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):  # The group has ended, all of it.
        os.killpg(child.pid, number)


if __name__ == "__main__":
    sys.exit(main())
