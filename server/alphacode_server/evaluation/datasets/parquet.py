"""CodeContests rows in a Parquet file, as they are published."""

from collections.abc import Iterator
from pathlib import Path

from alphacode_server.evaluation.datasets.codecontests import COLUMNS, entry_of
from alphacode_server.evaluation.datasets.entry import DatasetError, Entry

_ROWS = 16
"""That are in memory at a time: one may have tests of megabytes."""


def read_parquet(path: Path) -> Iterator[Entry]:
    """A few rows at a time, and of these only the columns that are used."""
    try:
        import pyarrow as pa  # An extra, and slow to import.
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise DatasetError(f"{path}: reading Parquet takes pyarrow: pip install 'alphacode-lsp[eval]'") from error
    number = 0
    try:
        with ParquetFile(path) as file:
            columns = [name for name in file.schema_arrow.names if name in COLUMNS]
            for batch in file.iter_batches(batch_size=_ROWS, columns=columns):
                for row in batch.to_pylist():
                    number += 1
                    yield entry_of(row)
    except (OSError, pa.ArrowException) as error:
        raise DatasetError(f"{path}: cannot be read as Parquet: {error}") from error
    except ValueError as error:
        raise DatasetError(f"{path}, row {number}: {error}") from error
