"""The tables as the newest step of `migrations` leaves them."""

from sqlalchemy import BigInteger, Column, Double, ForeignKey, Integer, MetaData, Table, Text, UniqueConstraint

metadata = MetaData()

jobs = Table(
    "jobs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("idempotency_key", Text),
    Column("body_hash", Text, nullable=False),
    Column("request", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    UniqueConstraint("owner", "idempotency_key"),
)

events = Table(
    "events",
    metadata,
    Column("job", Text, ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("id", Integer, primary_key=True),
    Column("type", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("at", Double, nullable=False),
)

chunks = Table(
    "chunks",
    metadata,
    Column("job", Text, ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("samples", Text, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("expires_at", Double),
    Column("revoked_at", Double),
    Column("max_jobs", BigInteger),
    Column("max_samples_per_day", BigInteger),
    Column("max_sandbox_s_per_day", BigInteger),
    Column("weight", BigInteger, nullable=False),
)

usage = Table(
    "usage",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("samples", BigInteger, nullable=False),
    Column("sandbox_s", Double, nullable=False),
)
