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


@dataclass(frozen=True, slots=True)
class Quotas:
    """What a token may use. None is no bound; a day is one of UTC."""

    max_jobs: int | None = None
    """Queued and running."""
    max_samples_per_day: int | None = None
    max_sandbox_s_per_day: int | None = None
    """CPU seconds of candidates, compilers and checkers."""
    weight: int = 1
    """Of its jobs among those of other tokens, where they share the engine."""


UNBOUNDED = Quotas()


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """What is kept of a token, which is everything but its secret."""

    id: str
    """The public part, by which it is found."""
    name: str
    hash: str
    """SHA-256 of the whole token: it has 256 random bits, so that nothing slower is needed."""
    scopes: tuple[str, ...]
    created_at: float
    """Unix seconds, as the next two."""
    expires_at: float | None = None
    revoked_at: float | None = None
    quotas: Quotas = UNBOUNDED


@dataclass(frozen=True, slots=True)
class Usage:
    """What a token's jobs used on a day."""

    owner: str
    day: str
    """As in 2026-11-25, of UTC."""
    samples: int = 0
    sandbox_s: float = 0.0
