"""Who wants to be told, once, when their reason for leaving is gone."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, String, Table

from bot.store.tables.base import metadata, of_conversation, position, where
from bot.store.types import Sealed, UtcDateTime

# One for each declaration, ever: what was told or taken back stays, as proof that there was a consent.
follow_ups = Table(
    "follow_ups",
    metadata,
    position(),
    Column("id", String, nullable=False, unique=True),
    Column("customer_ref", String, ForeignKey("customers.ref"), nullable=False, index=True),
    Column("member_id", String),
    of_conversation(index=True),
    Column("declaration_id", String, ForeignKey("declarations.id"), nullable=False, unique=True),
    Column("channel", String, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("words", Sealed, nullable=False),
    Column("given_at", UtcDateTime, nullable=False),
    Column("state", String, nullable=False),
    Column("settled_at", UtcDateTime),
    Index("ix_follow_ups_open", "position", **where("state = 'open'")),
)
