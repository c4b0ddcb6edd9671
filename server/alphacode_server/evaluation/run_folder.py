"""The folder of a run, which a later start goes on with.

    settings.json      what the run was begun with
    log.jsonl          a line a problem, written when it is measured
    NAME.log.jsonl     what the model was asked beside samples, and what it replied; it is not asked again
    NAME.jsonl.gz      what a problem's programs did, and which of them are right: what `alphacode eval pool` reads

A problem is measured when both its line and its recording are there. The recording is written first, and under its name
only when it is whole; so a run that is killed at any moment loses the problem it was at and no other.
"""

import fcntl
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import BinaryIO

from alphacode_server.evaluation.curves import Sampled
from alphacode_server.evaluation.measurement import Measurement, Settings, as_line, from_line
from alphacode_server.evaluation.pool import SUFFIX, task_of
from alphacode_server.evaluation.task import PoolError
from alphacode_server.selection import Recording, RecordingError, write_recording

SETTINGS, LOG = "settings.json", "log.jsonl"


class RunError(Exception):
    """The folder is of another run, or damaged; the message names the file and the way out."""


def settings_in(path: Path) -> Settings | None:
    """What a run was begun with; None where none was. Raises RunError."""
    file = path / SETTINGS
    try:
        return from_line(file.read_text(encoding="utf-8"), Settings) if file.exists() else None
    except (OSError, ValueError) as error:
        raise RunError(f"{file}: not the settings of a run: {error}") from error


@contextmanager
def open_run(path: Path, settings: Settings) -> "Iterator[RunFolder]":
    """Begins a run or goes on with one. Raises RunError where it has other settings, or is in use."""
    begun = settings_in(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
        log = (path / LOG).open("a+b")
    except OSError as error:
        raise RunError(f"a run cannot be kept in {path}: {error}") from error
    with log:
        try:
            fcntl.flock(log, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunError(f"{path}: another run is at work here") from error
        measured = _read(path / LOG, log)
        if measured and begun and begun != settings:
            raise RunError(f"{path} is of a run with {_differences(begun, settings)}; name another --out for this one")
        _replace(path / SETTINGS, as_line(settings))
        yield RunFolder(path, log, measured)


class RunFolder:
    """Made by `open_run`."""

    def __init__(self, path: Path, log: BinaryIO, measured: dict[str, Measurement]) -> None:
        self._path = path
        self._log = log
        self._measured = measured

    def has(self, problem: str, digest: str) -> bool:
        """Whether it is measured. Raises RunError where its statement or its tests have changed since."""
        measured = self._measured.get(problem)
        if measured is None or not self._recording(problem).exists():
            return False
        if measured.digest != digest:
            raise RunError(
                f"{self._path / LOG}: statement or tests of {problem} have changed since it was measured; "
                "name another --out to begin anew"
            )
        return True

    def check_model(self, name: str) -> None:
        """Raises RunError where problems were sampled from another model."""
        for measured in self._measured.values():
            if measured.model != name:
                raise RunError(f"{self._path} was sampled from {measured.model}, not {name}; name that --model")

    def add(self, measured: Measurement, recording: Recording) -> None:
        """Keep what was measured."""
        file = self._recording(measured.problem)
        part = file.with_suffix(".part")
        write_recording(recording, part)
        part.replace(file)
        self._log.write(as_line(measured).encode())
        self._log.flush()
        self._measured[measured.problem] = measured

    def measured(self, names: Sequence[str]) -> tuple[Measurement, ...]:
        """What the log says of those of the problems that are measured."""
        return tuple(self._measured[name] for name in names if name in self._measured)

    def sampled(self, names: Sequence[str]) -> tuple[Sampled, ...]:
        """The same problems with what their programs did. Raises RunError."""
        try:
            return tuple(Sampled(task_of(self._recording(each.problem)), each.samples) for each in self.measured(names))
        except (OSError, RecordingError, PoolError) as error:
            raise RunError(f"{error}; remove the file, and its problem is measured again") from error

    def exchanges(self, problem: str) -> Path:
        """The log of what its model is asked."""
        return self._path / f"{file_name(problem)}.log.jsonl"

    def _recording(self, problem: str) -> Path:
        return self._path / f"{file_name(problem)}{SUFFIX}"


def file_name(problem: str) -> str:
    """Of a problem's name what any file system takes."""
    return re.sub(r"[^\w.+-]+", "_", problem).strip("_.")[:150] or "_"


def _read(file: Path, log: BinaryIO) -> dict[str, Measurement]:
    """The lines of a log. One that was cut short, by whoever killed the run, is removed."""
    log.seek(0)
    text = log.read()
    log.truncate(text.rfind(b"\n") + 1)
    measured = {}
    for number, line in enumerate(text.split(b"\n")[:-1], start=1):
        try:
            one = from_line(line.decode(), Measurement)
        except ValueError as error:
            raise RunError(
                f"{file}, line {number}: {error}; remove the line, and its problem is measured again"
            ) from error
        measured[one.problem] = one
    return measured


def _replace(file: Path, text: str) -> None:
    part = file.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(file)


def _differences(begun: Settings, settings: Settings) -> str:
    names = (field.name for field in fields(Settings))
    pairs = ((name, getattr(begun, name), getattr(settings, name)) for name in names)
    return ", ".join(f"{name} {_word(old)}, not {_word(new)}" for name, old, new in pairs if old != new)


def _word(value: object) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)
