"""What is kept of a job, as plain values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """An event of a job with its id, rising by one from 1."""

    id: int
    type: str
    data: str
    """JSON."""
    at: float
    """Unix seconds."""


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A job as it was taken on."""

    id: str
    owner: str
    """The id of the token that submitted it; empty where nobody needed one."""
    request: str
    """JSON of the request, with the seed that was drawn for it."""
    body_hash: str
    """SHA-256 of the request as it came: what a repetition under the same key has to agree with."""
    model: str
    request_id: str
    created_at: float
    """Unix seconds."""
    key: str | None = None
    """The client's idempotency key; no two jobs of an owner have the same."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Samples that were drawn together, all that there are of them: a hand."""

    number: int
    """From 1, in the order in which the job's chunks were closed."""
    name: str
    """What tells the job's chunks apart."""
    samples: tuple[str, ...]
    """JSON, as recordings have it."""


@dataclass(frozen=True, slots=True)
class KeptJob:
    """A job as it is found in a store."""

    record: JobRecord
    status: str
    entries: tuple[Entry, ...]
