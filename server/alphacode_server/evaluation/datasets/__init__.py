"""Data sets: problems with the hidden tests that say which programs are right. A path's kind shows by what is there."""

from collections.abc import Iterator
from pathlib import Path

from alphacode_server.evaluation.datasets.entry import DatasetError, Entry
from alphacode_server.evaluation.datasets.folders import read_folders
from alphacode_server.evaluation.datasets.jsonl import read_jsonl
from alphacode_server.evaluation.datasets.parquet import read_parquet

__all__ = ["DatasetError", "Entry", "read_dataset"]

_FILES = {".jsonl": read_jsonl, ".parquet": read_parquet}


def read_dataset(path: Path) -> Iterator[Entry]:
    """The problems of a folder, of the folders below it, or of a file of CodeContests rows, each when it is asked for.

    Raises DatasetError, naming file, row and field, at the first problem that cannot be read.
    """
    if path.is_dir():
        return read_folders(path)
    if not path.exists():
        raise DatasetError(f"{path}: no such file or folder")
    if path.suffix not in _FILES:
        raise DatasetError(f"{path}: not a data set; name a folder of problems, or a file *{' or *'.join(_FILES)}")
    return _FILES[path.suffix](path)
