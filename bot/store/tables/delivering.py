"""What is on its way to platforms, the secrets they gave out, and who is the only one at something."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table

from bot.store.tables.base import metadata, of_conversation, where
from bot.store.types import Sealed, UtcDateTime

deliveries = Table(
    "deliveries",
    metadata,
    of_conversation(primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("channel", String, nullable=False),
    Column("state", String, nullable=False),
    Column("once", Boolean, nullable=False),
    Column("begun", Boolean, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("parts_sent", Integer, nullable=False),
    Column("run_at", UtcDateTime, nullable=False),
    Column("fault", String),
    Column("lease_owner", String),
    Column("lease_until", UtcDateTime),
    Index("ix_deliveries_waiting", "conversation_id", "seq", **where("state = 'waiting'")),
    Index("ix_deliveries_undelivered", "run_at", **where("state IN ('dead', 'doubtful')")),
)

vault = Table(
    "vault",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Sealed, nullable=False),
    Column("expires_at", UtcDateTime, index=True),
)

roles = Table(
    "roles",
    metadata,
    Column("name", String, primary_key=True),
    Column("owner", String, nullable=False),
    Column("until", UtcDateTime, nullable=False),
)
