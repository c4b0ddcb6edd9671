"""Problems on their way to one of several windows, through a folder of the user's that all of them share.

    companion/listener.lock                  held by the window that listens
    companion/waiting/<time>-<id>/lock       held by a window that waits; the one that asked last gets what comes
    companion/waiting/<time>-<id>/*.json     delivered, and not taken yet

The system lets go of a lock when its holder ends, however that was.
"""

import json
import os
import shutil
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path


class Lock:
    """A file that one open descriptor holds. Raises BlockingIOError where somebody else has it."""

    def __init__(self, file: Path) -> None:
        import fcntl  # Here, because Windows has none and still starts the language server.

        self._descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._descriptor)
            raise

    def release(self) -> None:
        os.close(self._descriptor)


class Seat:
    """A window's place among those that wait. Raises OSError where the folder cannot be written."""

    def __init__(self, folder: Path) -> None:
        waiting = folder / "waiting"
        waiting.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{time.time_ns():020}-{uuid.uuid4().hex}"
        # Made aside and moved: a seat without its lock would look as if its window had died.
        unseen = waiting / f".{name}"
        unseen.mkdir(mode=0o700)
        self._lock = Lock(unseen / "lock")
        self._folder = unseen.rename(waiting / name)

    def take(self) -> Iterator[tuple[bytes, ...]]:
        """What was delivered since, oldest first; each is there once."""
        for file in sorted(self._folder.glob("*.json")):
            bodies = json.loads(file.read_text(encoding="utf-8"))
            file.unlink()
            yield tuple(body.encode() for body in bodies)

    def close(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._lock.release()


def deliver(folder: Path, bodies: Sequence[bytes]) -> bool:
    """Hand bodies (JSON in UTF-8) to the window that asked last; False where none waits."""
    for seat in _living(folder / "waiting"):
        fresh = seat / f"{uuid.uuid4().hex}.tmp"
        try:
            fresh.write_text(json.dumps([body.decode("utf-8-sig") for body in bodies]), encoding="utf-8")
            fresh.rename(seat / f"{time.time_ns():020}.json")
        except FileNotFoundError:
            continue  # It was closed this moment.
        return True
    return False


def _living(waiting: Path) -> Iterator[Path]:
    """Seats whose window still runs, the latest first; those of others are cleared away."""
    for seat in sorted((seat for seat in waiting.iterdir() if not seat.name.startswith(".")), reverse=True):
        try:
            lock = Lock(seat / "lock")
        except BlockingIOError:
            yield seat
        except FileNotFoundError:
            continue  # It was closed this moment.
        else:
            shutil.rmtree(seat, ignore_errors=True)
            lock.release()
