"""Where a backend keeps its jobs and tokens: in memory, in SQLite or in PostgreSQL. Knows no searches and no HTTP."""

from alphacode_server.service.store.memory import MemoryStore
from alphacode_server.service.store.opening import open_store
from alphacode_server.service.store.records import (
    UNBOUNDED,
    Chunk,
    Entry,
    JobRecord,
    KeptJob,
    Quotas,
    TokenRecord,
    Usage,
)
from alphacode_server.service.store.store import Kept, Store, StoreError

__all__ = [
    "UNBOUNDED", "Chunk", "Entry", "JobRecord", "Kept", "KeptJob", "MemoryStore", "Quotas", "Store", "StoreError",
    "TokenRecord", "Usage", "open_store",
]  # fmt: skip
