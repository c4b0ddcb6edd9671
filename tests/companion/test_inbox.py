"""The folder through which windows hand problems to each other."""

from collections.abc import Iterator
from pathlib import Path

from alphacode_server.companion.inbox import Seat, deliver


class _ClosingWhileRead(list[bytes]):
    """Bodies at whose first reading a window closes."""

    def __init__(self, window: Seat) -> None:
        super().__init__([b"{}"])
        self._open = [window]

    def __iter__(self) -> Iterator[bytes]:
        while self._open:
            self._open.pop().close()
        return super().__iter__()


def test_where_a_window_closes_at_the_last_moment_the_one_before_it_gets_the_problem(tmp_path: Path) -> None:
    older, newer = Seat(tmp_path), Seat(tmp_path)
    assert deliver(tmp_path, _ClosingWhileRead(newer))
    assert list(older.take()) == [(b"{}",)]
    older.close()
    assert not deliver(tmp_path, [b"{}"])
