"""What every store does, and what only those that last can."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import create_async_engine

from alphacode_server.service.store import (
    Chunk,
    Entry,
    JobRecord,
    KeptJob,
    Quotas,
    Store,
    StoreError,
    TokenRecord,
    Usage,
    migrations,
    open_store,
    schema,
    writer,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

JOB = JobRecord("job-1", "", '{"n":1}', "hash", "model", "request-1", 1.5)
ACCEPTED = Entry(1, "job.accepted", '{"job":"job-1"}', 1.5)
LASTING = ["sqlite", "postgres"]


@asynccontextmanager
async def opened(spec: str) -> AsyncIterator[Store]:
    store = await open_store(spec)
    try:
        yield store
    finally:
        await store.aclose()


@pytest.mark.parametrize("spec", ["memory", *LASTING], indirect=True)
async def test_a_job_is_kept_with_its_events_and_chunks(spec: str) -> None:
    async with opened(spec) as store:
        assert await store.jobs() == []
        await store.add(JOB, ACCEPTED)
        other = replace(JOB, id="job-0", created_at=2.0, key="key")
        await store.add(other, ACCEPTED)
        events = [Entry(number, "phase", f'"\\u0000 {number}"', 2.0) for number in range(2, 700)]
        await asyncio.gather(*(store.append("job-1", entry, "running") for entry in events))
        await store.add_chunk("job-1", Chunk(1, "a", ("{}", '"\\ud800"')))
        await store.add_chunk("job-1", Chunk(2, "b", ()))
        kept = KeptJob(JOB, "running", (ACCEPTED, *events))
        assert list(await store.jobs()) == [kept, KeptJob(other, "queued", (ACCEPTED,))]
        assert list(await store.chunks("job-1")) == [Chunk(1, "a", ("{}", '"\\ud800"')), Chunk(2, "b", ())]
        assert not await store.chunks("job-0")


@pytest.mark.parametrize("spec", ["memory", *LASTING], indirect=True)
async def test_the_last_entry_of_a_job_stands_whatever_was_kept_before(spec: str) -> None:
    async with opened(spec) as store:
        await store.add(JOB, ACCEPTED)
        for number in (2, 3, 4):
            await store.append("job-1", Entry(number, "phase", "{}", 2.0))
        await store.add_chunk("job-1", Chunk(1, "a", ()))
        last = Entry(3, "job.failed", "{}", 3.0)
        await store.end("job-1", last, "failed")
        assert await store.jobs() == [KeptJob(JOB, "failed", (ACCEPTED, Entry(2, "phase", "{}", 2.0), last))]
        assert not await store.chunks("job-1")


@pytest.mark.parametrize("spec", ["memory", *LASTING], indirect=True)
async def test_forgotten_jobs_leave_nothing_and_their_keys_are_free(spec: str) -> None:
    async with opened(spec) as store:
        await store.add(replace(JOB, key="key"), ACCEPTED)
        await store.add_chunk("job-1", Chunk(1, "a", ()))
        await store.forget(["job-1", "never was"])
        assert not await store.jobs()
        assert not await store.chunks("job-1")
        await store.add(replace(JOB, id="job-2", key="key"), ACCEPTED)
        assert [job.record.id for job in await store.jobs()] == ["job-2"]


@pytest.mark.parametrize("spec", LASTING, indirect=True)
async def test_what_was_kept_is_there_for_the_next_process(spec: str) -> None:
    async with opened(spec) as store:
        assert store.lasts
        kept = [store.add(JOB, ACCEPTED), store.append("job-1", Entry(2, "phase", "{}", 2.0), "running")]
    assert all(write.done() for write in kept), "a store that is closed has written everything"
    async with opened(spec) as store:
        assert await store.jobs() == [KeptJob(JOB, "running", (ACCEPTED, Entry(2, "phase", "{}", 2.0)))]


@pytest.mark.parametrize("spec", LASTING, indirect=True)
async def test_a_write_that_fails_says_so_and_the_next_one_is_kept(spec: str) -> None:
    async with opened(spec) as store:
        await store.add(JOB, ACCEPTED)
        with pytest.raises(StoreError, match="cannot write to the store"):
            await store.append("no such job", Entry(1, "phase", "{}", 1.0))
        await store.append("job-1", Entry(2, "phase", "{}", 2.0))
        assert len((await store.jobs())[0].entries) == 2


@pytest.mark.parametrize("spec", LASTING, indirect=True)
async def test_the_steps_lead_to_the_tables_that_are_used(spec: str) -> None:
    def tables(metadata: MetaData) -> dict[str, dict[str, tuple[str, bool, bool]]]:
        return {
            table.name: {
                column.name: (column.type._type_affinity.__name__, bool(column.nullable), column.primary_key)
                for column in table.c
            }
            for table in metadata.tables.values()
            if table.name != "schema_version"
        }

    async with opened(spec):
        url = spec.replace("postgresql:", "postgresql+asyncpg:") if "://" in spec else f"sqlite+aiosqlite:///{spec}"
        engine = create_async_engine(url)
        found = MetaData()
        async with engine.connect() as connection:
            await connection.run_sync(found.reflect)
        await engine.dispose()
    assert tables(found) == tables(schema.metadata)


@pytest.mark.parametrize("spec", LASTING, indirect=True)
async def test_a_store_of_a_newer_version_is_left_alone(spec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = (*migrations.STEPS, ("CREATE TABLE later (id TEXT)",))
    with monkeypatch.context() as patch:
        patch.setattr(migrations.migrate, "__defaults__", (newer,))
        async with opened(spec) as store:
            await store.add(JOB, ACCEPTED)
    with pytest.raises(StoreError, match=f"newer version of alphacode .*{len(newer)}, ours {len(newer) - 1}"):
        await open_store(spec)


@pytest.mark.parametrize("spec", LASTING, indirect=True)
async def test_two_backends_do_not_share_a_store_but_others_may_look(spec: str) -> None:
    async with opened(spec):
        with pytest.raises(StoreError, match="in use by another backend; stop that one, or pass another --store"):
            await open_store(spec)
        await (await open_store(spec, alone=False)).aclose()
    async with opened(spec):
        pass


@pytest.mark.parametrize("spec", ["memory", *LASTING], indirect=True)
async def test_tokens_are_kept_and_a_name_is_taken_until_it_is_revoked(spec: str) -> None:
    first = TokenRecord("1", "anna", "hash", ("submit", "read"), 1.0, 5.5, None, Quotas(3, 10**12, None))
    second = TokenRecord("2", "bert", "other hash", ("admin",), 2.0)
    async with opened(spec) as store:
        assert not await store.has_tokens()
        await store.add_token(second)
        await store.add_token(first)
        assert sorted(await store.tokens(), key=lambda token: token.id) == [first, second]
        assert (await store.token("1"), await store.token("3")) == (first, None)
        with pytest.raises(StoreError, match="there is a token 'anna' already; revoke it first"):
            await store.add_token(replace(first, id="3"))
        assert await store.revoke_token("anna", 3.0)
        assert not await store.revoke_token("anna", 4.0)
        assert not await store.revoke_token("nobody", 4.0)
        assert await store.token("1") == replace(first, revoked_at=3.0)
        await store.add_token(replace(first, id="3"))
        assert await store.has_tokens()


@pytest.mark.parametrize("spec", ["memory", *LASTING], indirect=True)
async def test_what_an_owner_uses_on_a_day_adds_up(spec: str) -> None:
    async with opened(spec) as store:
        await store.charge(Usage("1", "2026-11-25", 10, 0.5))
        await store.charge(Usage("1", "2026-11-26", 1, 0.0))
        await store.charge(Usage("2", "2026-11-25", 2, 0.0))
        await store.add(JOB, ACCEPTED)
        await store.end("job-1", Entry(2, "job.completed", "{}", 2.0), "completed", Usage("1", "2026-11-25", 5, 0.25))
        usage = sorted(await store.usage("2026-11-25"), key=lambda usage: usage.owner)
        assert usage == [Usage("1", "2026-11-25", 15, 0.75), Usage("2", "2026-11-25", 2, 0.0)]
        assert await store.usage("2026-11-24") == []


async def test_a_store_of_sqlite_is_private_and_made_with_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "jobs.db"
    async with opened(str(path)) as store:
        await store.add(JOB, ACCEPTED)
        modes = {file.name: oct(file.stat().st_mode & 0o777) for file in path.parent.iterdir()}
    assert modes.keys() == {"jobs.db", "jobs.db-wal", "jobs.db-shm", "jobs.db.lock"}
    assert set(modes.values()) == {"0o600"}


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"no database, but long enough to be one" * 100, "file is not a database"), (None, "cannot be made")],
)
async def test_a_file_that_is_no_store_is_refused_with_the_way_out(
    tmp_path: Path, content: bytes | None, words: str
) -> None:
    path = tmp_path / "jobs.db"
    if content is None:
        (tmp_path / "file").write_text("")
        path = tmp_path / "file" / "jobs.db"
    else:
        path.write_bytes(content)
    with pytest.raises(StoreError, match=f"{words}.*another --store FILE, or --store none") as refused:
        await open_store(str(path))
    assert str(path) in str(refused.value)


async def test_a_damaged_store_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "jobs.db"
    async with opened(str(path)) as store:
        await store.add(JOB, ACCEPTED)
        await asyncio.gather(*(store.append("job-1", Entry(n, "phase", 400 * "x", 2.0)) for n in range(2, 200)))
    with path.open("r+b") as file:
        file.seek(5 * 4096)
        file.write(os.urandom(20 * 4096))
    with pytest.raises(StoreError, match="move it away"):
        await open_store(str(path))


async def test_a_locked_store_is_said_to_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "jobs.db"
    async with opened(str(path)):
        pass
    monkeypatch.setattr("alphacode_server.service.store.opening._BUSY_MS", 1)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="database is locked"):
            await open_store(str(path))
    async with opened(str(path)) as store:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="database is locked"):
                await store.add(JOB, ACCEPTED)
            other.execute("ROLLBACK")
        await store.add(JOB, ACCEPTED)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("mysql://root@localhost/db", "a file, a PostgreSQL database or `none`, not mysql"),
        ("postgresql://user:secret@127.0.0.1:1/db", "is the server running"),
        ("://", "is no address of a database"),
    ],
)
async def test_what_is_no_store_is_said(spec: str, words: str) -> None:
    with pytest.raises(StoreError, match=words) as refused:
        await open_store(spec)
    assert "secret" not in str(refused.value)


async def test_waiting_writes_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "MAX_WAITING", 2)
    async with opened(str(tmp_path / "jobs.db")) as store:
        kept = [store.add(JOB, ACCEPTED), *(store.append("job-1", Entry(n, "phase", "{}", 2.0)) for n in (2, 3))]
        with pytest.raises(StoreError, match="does not keep up"):
            await kept[2]
        await asyncio.gather(*kept[:2])
