"""The steps that lead to today's tables from those of any earlier version.

Plain SQL that SQLite and PostgreSQL both understand: a handful of tables that only we write to does not need a tool
with an environment of its own. A step that was released is never changed; a change of `schema` is a new step.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from alphacode_server.service.store.store import StoreError

STEPS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE jobs (
            id TEXT NOT NULL PRIMARY KEY,
            owner TEXT NOT NULL,
            idempotency_key TEXT,
            body_hash TEXT NOT NULL,
            request TEXT NOT NULL,
            model TEXT NOT NULL,
            request_id TEXT NOT NULL,
            status TEXT NOT NULL,
            created_at DOUBLE PRECISION NOT NULL,
            UNIQUE (owner, idempotency_key)
        )
        """,
        """
        CREATE TABLE events (
            job TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            id INTEGER NOT NULL,
            type TEXT NOT NULL,
            data TEXT NOT NULL,
            at DOUBLE PRECISION NOT NULL,
            PRIMARY KEY (job, id)
        )
        """,
        """
        CREATE TABLE chunks (
            job TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            name TEXT NOT NULL,
            samples TEXT NOT NULL,
            PRIMARY KEY (job, number)
        )
        """,
    ),
    (
        """
        CREATE TABLE tokens (
            id TEXT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            hash TEXT NOT NULL,
            scopes TEXT NOT NULL,
            created_at DOUBLE PRECISION NOT NULL,
            expires_at DOUBLE PRECISION,
            revoked_at DOUBLE PRECISION,
            max_jobs BIGINT,
            max_samples_per_day BIGINT,
            max_sandbox_s_per_day BIGINT
        )
        """,
        "CREATE UNIQUE INDEX tokens_in_use ON tokens (name) WHERE revoked_at IS NULL",
        """
        CREATE TABLE usage (
            owner TEXT NOT NULL,
            day TEXT NOT NULL,
            samples BIGINT NOT NULL,
            sandbox_s DOUBLE PRECISION NOT NULL,
            PRIMARY KEY (owner, day)
        )
        """,
    ),
    ("ALTER TABLE tokens ADD COLUMN weight BIGINT NOT NULL DEFAULT 1",),
)


async def migrate(connection: AsyncConnection, steps: tuple[tuple[str, ...], ...] = STEPS) -> None:
    """Take the steps that are missing, all or none. Raises StoreError when a newer version has been here."""
    await connection.execute(text("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)"))
    # Nobody else migrates from here on: both engines let only one transaction at a time write this table.
    if connection.dialect.name == "postgresql":
        await connection.execute(text("LOCK TABLE schema_version IN EXCLUSIVE MODE"))
    else:
        await connection.execute(text("UPDATE schema_version SET version = version"))
    version = (await connection.execute(text("SELECT version FROM schema_version"))).scalar()
    if version is None:
        version = 0
        await connection.execute(text("INSERT INTO schema_version VALUES (0)"))
    if version > len(steps):
        raise StoreError(
            f"was written by a newer version of alphacode (its tables are version {version}, ours {len(steps)}); "
            "update this one"
        )
    for step in steps[version:]:
        for statement in step:
            await connection.execute(text(statement))
    await connection.execute(text("UPDATE schema_version SET version = :version"), {"version": len(steps)})
