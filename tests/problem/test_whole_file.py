"""Files that several editors write: nobody sees half of one, and nothing is left beside it."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from alphacode_server.problem.whole_file import write_whole


def test_of_many_that_write_at_once_one_wins_and_none_fails(tmp_path: Path) -> None:
    file = tmp_path / "state" / "record.json"
    texts = [digit * 10_000 for digit in "01234567"]
    with ThreadPoolExecutor(len(texts)) as editors:
        list(editors.map(lambda text: [write_whole(file, text) for _ in range(20)], texts))
    assert file.read_text() in texts
    assert [path.name for path in file.parent.iterdir()] == ["record.json"]


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "record.json").mkdir()
    with pytest.raises(OSError, match=r"record\.json"):
        write_whole(tmp_path / "record.json", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["record.json"]
