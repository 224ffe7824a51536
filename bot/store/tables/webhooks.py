"""Who is told what happens, what happened, and how telling each of them stands."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table

from bot.store.tables.base import metadata, position, where
from bot.store.types import Sealed, UtcDateTime

webhook_endpoints = Table(
    "webhook_endpoints",
    metadata,
    Column("id", String, primary_key=True),
    Column("url", Sealed, nullable=False),
    Column("secrets", Sealed, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("events", JSON, nullable=False),
    Column("words", Boolean, nullable=False),
    Column("state", String, nullable=False),
    Column("why", String),
)

webhook_events = Table(
    "webhook_events",
    metadata,
    position(),
    Column("id", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("key", String, nullable=False, unique=True),
    Column("occurred_at", UtcDateTime, nullable=False, index=True),
    Column("data", Sealed, nullable=False),
    Column("words", Sealed),
)

# No foreign key to the endpoint: who removes one must never hold up, or fail, a turn that tells it something.
webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("event_id", String, ForeignKey("webhook_events.id"), primary_key=True),
    Column("endpoint_id", String, primary_key=True, index=True),
    Column("state", String, nullable=False),
    Column("run_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("fault", String),
    Column("attempts", JSON, nullable=False),
    Column("lease_owner", String),
    Column("lease_until", UtcDateTime),
    Index("ix_webhook_deliveries_waiting", "endpoint_id", "run_at", **where("state = 'waiting'")),
    Index("ix_webhook_deliveries_dead", "endpoint_id", "run_at", **where("state = 'dead'")),
)
