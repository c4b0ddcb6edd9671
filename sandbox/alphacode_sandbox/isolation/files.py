"""Files in memory, which commands read from and write to, so that nothing they made is ever opened by its name."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


class Files:
    """Standard input, output and error of one run. The input is sealed: nobody can change it any more."""

    __slots__ = ("descriptors",)

    def __init__(self, stdin: bytes) -> None:
        import fcntl  # Here, because Windows has none and still reads this package for its values.

        self.descriptors = (
            os.memfd_create("stdin", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING),
            os.memfd_create("stdout", os.MFD_CLOEXEC),
            os.memfd_create("stderr", os.MFD_CLOEXEC),
        )
        source = self.descriptors[0]
        view = memoryview(stdin)
        while view:
            view = view[os.write(source, view) :]
        os.lseek(source, 0, os.SEEK_SET)
        seals = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
        fcntl.fcntl(source, fcntl.F_ADD_SEALS, seals)

    def printed(self, limit: int) -> tuple[bytes, bytes]:
        """What was written to output and error, at most `limit` bytes of each."""
        return _content(self.descriptors[1], limit), _content(self.descriptors[2], limit)

    def close(self) -> None:
        """Nothing can be read afterwards."""
        for descriptor in self.descriptors:
            os.close(descriptor)


@contextmanager
def files_for(stdins: Sequence[bytes]) -> Iterator[list[Files]]:
    """The files of as many runs as there are inputs."""
    files: list[Files] = []
    try:
        files.extend(map(Files, stdins))
        yield files
    finally:
        for one in files:
            one.close()


@contextmanager
def pipe() -> Iterator[tuple[int, int]]:
    """The end to read from and the end to write to."""
    ends = os.pipe()
    try:
        yield ends
    finally:
        for end in ends:
            os.close(end)


def _content(descriptor: int, limit: int) -> bytes:
    return os.pread(descriptor, min(os.fstat(descriptor).st_size, limit), 0)
