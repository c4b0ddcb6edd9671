"""Where a backend keeps its jobs: in memory, in SQLite or in PostgreSQL. Knows no searches and no HTTP."""

from alphacode_server.service.store.memory import MemoryStore
from alphacode_server.service.store.opening import open_store
from alphacode_server.service.store.records import Chunk, Entry, JobRecord, KeptJob
from alphacode_server.service.store.store import Kept, Store, StoreError

__all__ = ["Chunk", "Entry", "JobRecord", "Kept", "KeptJob", "MemoryStore", "Store", "StoreError", "open_store"]
