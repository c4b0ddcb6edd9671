"""Opening a store: where it is, whether it is whole, whether it is ours alone."""

import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from alphacode_server.service.store.memory import MemoryStore
from alphacode_server.service.store.migrations import migrate
from alphacode_server.service.store.sql import SqlStore
from alphacode_server.service.store.store import Store, StoreError
from alphacode_server.service.store.writer import TROUBLE, reason, writing

_BUSY_MS = 5000
"""How long a write waits for another process's: `alphacode token` writes too."""
_OURS = 0x616C706861636F64
"""The advisory lock of the backend that runs a PostgreSQL store's jobs."""


async def open_store(spec: str, *, alone: bool = True) -> Store:
    """The store that `spec` names: `none` for memory, the URL of a PostgreSQL database, or a file.

    `alone` keeps every other process from running its jobs. Raises StoreError when it cannot be had, is damaged, or is
    in use.
    """
    if spec == "none":
        return MemoryStore()
    url, where = _url_of(spec)
    is_file = url.get_backend_name() == "sqlite"
    async with AsyncExitStack() as stack:
        try:
            if is_file:
                path = Path(str(url.database))
                _make_file(path)
                if alone:
                    stack.callback(os.close, _locked(path))
            engine = _engine(url)
            stack.push_async_callback(engine.dispose)
            if alone and not is_file:
                await stack.enter_async_context(_advisory_lock(engine))
            if is_file and alone:
                await _check_whole(engine)
            async with writing(engine).begin() as connection:
                await migrate(connection)
        except TROUBLE as error:
            way_out = _MOVE_AWAY if is_file else "is the server running, and are user, password and database right?"
            raise StoreError(f"cannot open {where}: {reason(error)}; {way_out}") from error
        except StoreError as error:
            raise StoreError(f"{where} {error}") from error
        return SqlStore(engine, where, stack.pop_all())


def _url_of(spec: str) -> tuple[URL, str]:
    if "://" not in spec:
        path = Path(spec).expanduser()
        return URL.create("sqlite+aiosqlite", database=str(path)), f"the store {path}"
    try:
        url = make_url(spec)
    except ArgumentError:
        raise StoreError(f"{spec!r} is no address of a database; it looks like postgresql://user@host/name") from None
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise StoreError(f"a store is a file, a PostgreSQL database or `none`, not {url.get_backend_name()}")
    return url.set(drivername="postgresql+asyncpg"), f"the store {url.render_as_string(hide_password=True)}"


def _engine(url: URL) -> AsyncEngine:
    if url.get_backend_name() == "postgresql":
        try:
            return create_async_engine(url, pool_size=3, pool_pre_ping=True)
        except ModuleNotFoundError as error:
            raise StoreError(f"needs {error.name}: pip install 'alphacode-lsp[postgres]'") from error
    engine = create_async_engine(url, pool_size=3)
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _prepare(connection: Any, record: object) -> None:
    """Python's driver must not begin and end transactions in places of its own choice."""
    del record
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (f"busy_timeout={_BUSY_MS}", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


async def _check_whole(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        finding = (await connection.execute(text("PRAGMA quick_check(1)"))).scalar()
    if finding != "ok":
        raise StoreError(f"is damaged ({finding}); {_MOVE_AWAY}")


def _make_file(path: Path) -> None:
    """Statements are in it: nobody else may read it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise StoreError(f"cannot be made: {error.strerror}; pass another --store FILE, or --store none") from error


def _locked(path: Path) -> int:
    """A descriptor that holds the file beside the store; the kernel lets go of it however its process ends."""
    descriptor = os.open(path.with_name(path.name + ".lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise StoreError(_IN_USE) from error
    return descriptor


@asynccontextmanager
async def _advisory_lock(engine: AsyncEngine) -> AsyncIterator[None]:
    """Held by a connection of its own, with which it ends."""
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        taken = (await connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _OURS})).scalar()
        if not taken:
            raise StoreError(_IN_USE)
        try:
            yield
        finally:
            await connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _OURS})


_IN_USE = "is in use by another backend; stop that one, or pass another --store, or --store none"
_MOVE_AWAY = "move it away, and a new one is made, or pass another --store FILE, or --store none"
