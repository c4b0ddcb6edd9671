"""A store in a database: SQLite's file or PostgreSQL, by the same statements."""

import json
from collections.abc import Collection, Sequence
from contextlib import AsyncExitStack
from itertools import groupby

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from alphacode_server.service.store import schema
from alphacode_server.service.store.records import Chunk, Entry, JobRecord, KeptJob
from alphacode_server.service.store.store import Kept, StoreError
from alphacode_server.service.store.writer import TROUBLE, Step, Writer, reason

_ADD_JOB = insert(schema.jobs)
_ADD_EVENT = insert(schema.events)
_ADD_CHUNK = insert(schema.chunks)
_SET_STATUS = update(schema.jobs).where(schema.jobs.c.id == bindparam("job")).values(status=bindparam("now"))
_DROP_JOB = delete(schema.jobs).where(schema.jobs.c.id == bindparam("job"))
_DROP_CHUNKS = delete(schema.chunks).where(schema.chunks.c.job == bindparam("of"))
_DROP_EVENTS = delete(schema.events).where(
    schema.events.c.job == bindparam("of"), schema.events.c.id >= bindparam("first")
)


class SqlStore:
    """A `Store` that outlives its process. Made by `open_store`."""

    lasts = True

    def __init__(self, engine: AsyncEngine, where: str, held: AsyncExitStack) -> None:
        """`where` names the database in messages; `held` is what is let go at the end."""
        self._engine = engine
        self._where = where
        self._held = held
        self._writer = Writer(engine, where)

    async def jobs(self) -> Sequence[KeptJob]:
        jobs, events = schema.jobs, schema.events
        try:
            async with self._engine.connect() as connection:
                found = (await connection.execute(select(jobs).order_by(jobs.c.created_at, jobs.c.id))).all()
                logged = await connection.execute(select(events).order_by(events.c.job, events.c.id))
                entries = {
                    job: tuple(Entry(row.id, row.type, row.data, row.at) for row in rows)
                    for job, rows in groupby(logged, key=lambda row: str(row.job))
                }
        except TROUBLE as error:
            raise self._unreadable(error) from error
        return [
            KeptJob(
                JobRecord(
                    id=row.id,
                    owner=row.owner,
                    request=row.request,
                    body_hash=row.body_hash,
                    model=row.model,
                    request_id=row.request_id,
                    created_at=row.created_at,
                    key=row.idempotency_key,
                ),
                row.status,
                entries.get(row.id, ()),
            )
            for row in found
        ]

    def add(self, record: JobRecord, first: Entry) -> Kept:
        job = {
            "id": record.id,
            "owner": record.owner,
            "idempotency_key": record.key,
            "body_hash": record.body_hash,
            "request": record.request,
            "model": record.model,
            "request_id": record.request_id,
            "status": "queued",
            "created_at": record.created_at,
        }
        return self._writer.write((_ADD_JOB, job), _event(record.id, first))

    def append(self, job_id: str, entry: Entry, status: str | None = None) -> Kept:
        steps = [_event(job_id, entry)]
        if status is not None:
            steps.append((_SET_STATUS, {"job": job_id, "now": status}))
        return self._writer.write(*steps)

    def end(self, job_id: str, entry: Entry, status: str) -> Kept:
        return self._writer.write(
            (_DROP_EVENTS, {"of": job_id, "first": entry.id}),
            (_DROP_CHUNKS, {"of": job_id}),
            _event(job_id, entry),
            (_SET_STATUS, {"job": job_id, "now": status}),
        )

    def add_chunk(self, job_id: str, chunk: Chunk) -> Kept:
        samples = json.dumps(chunk.samples)
        row = {"job": job_id, "number": chunk.number, "name": chunk.name, "samples": samples}
        return self._writer.write((_ADD_CHUNK, row))

    async def chunks(self, job_id: str) -> Sequence[Chunk]:
        chunks = schema.chunks
        try:
            async with self._engine.connect() as connection:
                rows = await connection.execute(select(chunks).where(chunks.c.job == job_id).order_by(chunks.c.number))
        except TROUBLE as error:
            raise self._unreadable(error) from error
        return [Chunk(row.number, row.name, tuple(json.loads(row.samples))) for row in rows]

    def forget(self, job_ids: Collection[str]) -> Kept:
        return self._writer.write(*((_DROP_JOB, {"job": job_id}) for job_id in job_ids))

    async def aclose(self) -> None:
        await self._writer.aclose()
        await self._held.aclose()

    def _unreadable(self, error: Exception) -> StoreError:
        return StoreError(f"cannot read {self._where}: {reason(error)}")


def _event(job_id: str, entry: Entry) -> Step:
    row = {"job": job_id, "id": entry.id, "type": entry.type, "data": entry.data, "at": entry.at}
    return _ADD_EVENT, row
