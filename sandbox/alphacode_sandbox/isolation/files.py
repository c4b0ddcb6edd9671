"""Files in memory, which commands read from and write to, so that nothing they made is ever opened by its name."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def sealed_file(content: bytes) -> Iterator[int]:
    """A file that nobody can change any more."""
    import fcntl  # Here, because Windows has none and still reads this package for its values.

    descriptor = os.memfd_create("stdin", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
        os.lseek(descriptor, 0, os.SEEK_SET)
        seals = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def empty_file() -> Iterator[int]:
    """A file to be written."""
    descriptor = os.memfd_create("output", os.MFD_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def pipe() -> Iterator[tuple[int, int]]:
    """The end to read from and the end to write to."""
    ends = os.pipe()
    try:
        yield ends
    finally:
        for end in ends:
            os.close(end)


def content_of(descriptor: int, limit: int) -> bytes:
    """What was written, at most `limit` bytes of it."""
    return os.pread(descriptor, min(os.fstat(descriptor).st_size, limit), 0)
