"""Searches of earlier sessions, a file each in the user's state folder, so that results outlive the editor.

While a search runs its file says which job of which backend it is; at its end, what it found.
"""

import hashlib
import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from alphacode_lsp.search import Search
from alphacode_server.problem.whole_file import write_whole
from alphacode_server.protocol import JobCancelled, JobCompleted, JobEvent, JobFailed
from alphacode_server.protocol.encoding import encode

logger = logging.getLogger(__name__)

_KEPT = 100


@dataclass(frozen=True, slots=True)
class Remembered:
    """A search as it was last seen."""

    statement: str
    source_uri: str
    language: str
    samples: int
    job: str
    backend_job: str
    url: str
    """The backend that has the job."""
    event: str | None = None
    """The type of its terminal event; None while it runs."""
    data: object = None


def remember(state_dir: Path, search: Search) -> None:
    """Write down where a search is now, or how it ended. What cannot be written is logged and nothing else."""
    if search.backend_job is None:
        return
    end = _end_of(search)
    record = Remembered(
        statement=str(search.statement),
        source_uri=search.source_uri,
        language=search.language,
        samples=search.samples,
        job=search.job,
        backend_job=search.backend_job,
        url=search.backend_url,
        event=end.TYPE if end else None,
        data=encode(end) if end else None,
    )
    file = _file(state_dir, search.statement, search.language)
    try:
        write_whole(file, json.dumps(asdict(record)))
        _tidy(file.parent)
    except OSError as error:
        logger.warning("the search cannot be remembered: %s", error)


def remembered(state_dir: Path, statement: Path) -> tuple[Remembered, ...]:
    """What is known of a problem's searches, oldest first."""
    return tuple(_read_all(state_dir, statement))


def forget(state_dir: Path, statement: Path, language: str) -> None:
    with suppress(OSError):
        _file(state_dir, statement, language).unlink()


def _end_of(search: Search) -> JobEvent | None:
    """A terminal event that says all that is worth keeping."""
    if search.is_running or search.may_go_on:
        return None
    if search.result is not None:
        return JobCompleted(search.result)
    if search.error is not None:
        return JobFailed(search.error, search.candidates)
    return JobCancelled("client", search.candidates)


def _read_all(state_dir: Path, statement: Path) -> Iterator[Remembered]:
    files = _folder(state_dir).glob(f"{_digest(statement)}-*.json")
    with suppress(OSError):
        for file in sorted(files, key=lambda file: file.stat().st_mtime):
            try:
                yield Remembered(**json.loads(file.read_text(encoding="utf-8")))
            except (OSError, ValueError, TypeError) as error:
                logger.warning("%s cannot be read (%s) and is passed over", file, error)


def _tidy(folder: Path) -> None:
    with suppress(OSError):  # Another editor may tidy at the same time.
        files = sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime)
        for file in files[:-_KEPT]:
            file.unlink()


def _folder(state_dir: Path) -> Path:
    return state_dir / "searches"


def _file(state_dir: Path, statement: Path, language: str) -> Path:
    return _folder(state_dir) / f"{_digest(statement)}-{language}.json"


def _digest(statement: Path) -> str:
    return hashlib.sha256(str(statement).encode("utf-8", "surrogateescape")).hexdigest()[:24]
