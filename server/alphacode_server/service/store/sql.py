"""A store in a database: SQLite's file or PostgreSQL, by the same statements."""

import json
from collections.abc import Collection, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict
from itertools import groupby
from typing import Any

from sqlalchemy import Executable, Row, bindparam, delete, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from alphacode_server.service.store import schema
from alphacode_server.service.store.records import Chunk, Entry, JobRecord, KeptJob, Quotas, TokenRecord, Usage
from alphacode_server.service.store.store import Kept, StoreError
from alphacode_server.service.store.writer import TROUBLE, Step, Writer, reason

_ADD_JOB = insert(schema.jobs)
_ADD_EVENT = text(
    "INSERT INTO events (job, id, type, data, at) VALUES (:job, :id, :type, :data, :at) "
    "ON CONFLICT (job, id) DO UPDATE SET type = excluded.type, data = excluded.data, at = excluded.at"
)
_ADD_CHUNK = insert(schema.chunks)
_SET_STATUS = update(schema.jobs).where(schema.jobs.c.id == bindparam("job")).values(status=bindparam("now"))
_DROP_JOB = delete(schema.jobs).where(schema.jobs.c.id == bindparam("job"))
_DROP_CHUNKS = delete(schema.chunks).where(schema.chunks.c.job == bindparam("of"))
_DROP_EVENTS = delete(schema.events).where(
    schema.events.c.job == bindparam("of"), schema.events.c.id >= bindparam("first")
)

_ADD_TOKEN = insert(schema.tokens)
_REVOKE_TOKEN = (
    update(schema.tokens)
    .where(schema.tokens.c.name == bindparam("named"), schema.tokens.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("at"))
)
_CHARGE = text(
    "INSERT INTO usage (owner, day, samples, sandbox_s) VALUES (:owner, :day, :samples, :sandbox_s) "
    "ON CONFLICT (owner, day) DO UPDATE SET "
    "samples = usage.samples + excluded.samples, sandbox_s = usage.sandbox_s + excluded.sandbox_s"
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

    @property
    def n_waiting(self) -> int:
        return self._writer.n_waiting

    async def jobs(self) -> Sequence[KeptJob]:
        jobs, events = schema.jobs, schema.events
        found = await self._rows(select(jobs).order_by(jobs.c.created_at, jobs.c.id))
        logged = await self._rows(select(events).order_by(events.c.job, events.c.id))
        entries = {
            str(job): tuple(Entry(row.id, row.type, row.data, row.at) for row in rows)
            for job, rows in groupby(logged, key=lambda row: row.job)
        }
        return [KeptJob(_record(row), row.status, entries.get(row.id, ())) for row in found]

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

    def end(self, job_id: str, entry: Entry, status: str, usage: Usage | None = None) -> Kept:
        return self._writer.write(
            (_DROP_EVENTS, {"of": job_id, "first": entry.id}),
            (_DROP_CHUNKS, {"of": job_id}),
            _event(job_id, entry),
            (_SET_STATUS, {"job": job_id, "now": status}),
            *([_charge(usage)] if usage else []),
        )

    def add_chunk(self, job_id: str, chunk: Chunk) -> Kept:
        samples = json.dumps(chunk.samples)
        row = {"job": job_id, "number": chunk.number, "name": chunk.name, "samples": samples}
        return self._writer.write((_ADD_CHUNK, row))

    async def chunks(self, job_id: str) -> Sequence[Chunk]:
        chunks = schema.chunks
        rows = await self._rows(select(chunks).where(chunks.c.job == job_id).order_by(chunks.c.number))
        return [Chunk(row.number, row.name, tuple(json.loads(row.samples))) for row in rows]

    def forget(self, job_ids: Collection[str]) -> Kept:
        return self._writer.write(*((_DROP_JOB, {"job": job_id}) for job_id in job_ids))

    def charge(self, usage: Usage) -> Kept:
        return self._writer.write(_charge(usage))

    async def usage(self, day: str) -> Sequence[Usage]:
        rows = await self._rows(select(schema.usage).where(schema.usage.c.day == day))
        return [Usage(row.owner, row.day, row.samples, row.sandbox_s) for row in rows]

    async def add_token(self, token: TokenRecord) -> None:
        row = {**asdict(token), "scopes": " ".join(token.scopes), **asdict(token.quotas)}
        del row["quotas"]
        try:
            await self._writer.write((_ADD_TOKEN, row))
        except StoreError as error:
            if any(known.name == token.name and known.revoked_at is None for known in await self.tokens()):
                message = f"there is a token {token.name!r} already; revoke it first, or choose another name"
                raise StoreError(message) from error
            raise

    async def tokens(self) -> Sequence[TokenRecord]:
        rows = await self._rows(select(schema.tokens).order_by(schema.tokens.c.created_at, schema.tokens.c.id))
        return [_token(row) for row in rows]

    async def token(self, token_id: str) -> TokenRecord | None:
        rows = await self._rows(select(schema.tokens).where(schema.tokens.c.id == token_id))
        return _token(rows[0]) if rows else None

    async def has_tokens(self) -> bool:
        return bool(await self._rows(select(schema.tokens.c.id).limit(1)))

    async def revoke_token(self, name: str, at: float) -> bool:
        known = any(token.name == name and token.revoked_at is None for token in await self.tokens())
        await self._writer.write((_REVOKE_TOKEN, {"named": name, "at": at}))
        return known

    async def aclose(self) -> None:
        await self._writer.aclose()
        await self._held.aclose()

    async def _rows(self, statement: Executable) -> Sequence[Row[Any]]:
        try:
            async with self._engine.connect() as connection:
                return (await connection.execute(statement)).all()
        except TROUBLE as error:
            raise StoreError(f"cannot read {self._where}: {reason(error)}") from error


def _event(job_id: str, entry: Entry) -> Step:
    row = {"job": job_id, "id": entry.id, "type": entry.type, "data": entry.data, "at": entry.at}
    return _ADD_EVENT, row


def _charge(usage: Usage) -> Step:
    return _CHARGE, asdict(usage)


def _record(row: Row[Any]) -> JobRecord:
    return JobRecord(
        id=row.id,
        owner=row.owner,
        request=row.request,
        body_hash=row.body_hash,
        model=row.model,
        request_id=row.request_id,
        created_at=row.created_at,
        key=row.idempotency_key,
    )


def _token(row: Row[Any]) -> TokenRecord:
    return TokenRecord(
        id=row.id,
        name=row.name,
        hash=row.hash,
        scopes=tuple(row.scopes.split()),
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        quotas=Quotas(row.max_jobs, row.max_samples_per_day, row.max_sandbox_s_per_day, row.weight),
    )
