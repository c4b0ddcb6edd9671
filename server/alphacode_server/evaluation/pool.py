"""Recorded pools: folders of our own recordings, and the released samples of CodeT."""

from pathlib import Path

from alphacode_server.evaluation.codet import EXECUTIONS, read_codet
from alphacode_server.evaluation.task import PoolError, Task
from alphacode_server.selection import RecordingError, read_recording

SUFFIX = ".jsonl.gz"


def read_pool(path: Path) -> tuple[Task, ...]:
    """The tasks of a recording, of a folder of recordings, or of a folder of CodeT's, in a fixed order.

    Programs that fail an example are left out, as every method filters first. Raises PoolError, which names the file.
    """
    try:
        if (path / EXECUTIONS).is_file():
            return read_codet(path)
        files = sorted(path.glob(f"*{SUFFIX}")) if path.is_dir() else [path]
        tasks = tuple(map(task_of, files))
    except (OSError, RecordingError) as error:
        raise PoolError(str(error)) from error
    if not tasks:
        raise PoolError(f"{path}: no recordings (*{SUFFIX}) in this folder")
    return tasks


def task_of(file: Path) -> Task:
    """The task of a recording. Raises PoolError, RecordingError and OSError."""
    recording = read_recording(file)
    if recording.correct is None:
        raise PoolError(f"{file}: says of no program whether it is right (`correct`), so there is nothing to measure")
    rows = recording.evidence.passing
    return Task(recording.problem, recording.evidence.restricted(rows), tuple(recording.correct[row] for row in rows))
