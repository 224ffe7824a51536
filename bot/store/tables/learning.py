"""What is kept to learn from: decisions that were not acted on."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, String, Table

from bot.store.tables.base import metadata, of_conversation, position
from bot.store.types import UtcDateTime

shadow_decisions = Table(
    "shadow_decisions",
    metadata,
    position(),
    Column("inbox_id", String, ForeignKey("inbox.id"), nullable=False, unique=True),
    Column("asked_in", String, ForeignKey("inbox.id"), nullable=False),
    of_conversation(),
    Column("at", UtcDateTime, nullable=False),
    Column("intent", String),
    Column("confidence", Float),
    Column("decision", String, nullable=False),
)
