"""What staff find conversations by, and what they leave in them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table

from bot.store.tables.base import metadata, of_conversation, position
from bot.store.tables.staff import of_staff
from bot.store.types import Sealed, UtcDateTime

# What is known of a conversation, to find it by: `name` such as outcome, reason, label.
conversation_facets = Table(
    "conversation_facets",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, primary_key=True),
    of_conversation(primary_key=True),
    Index(None, "conversation_id"),
)

# Where the words of a message are in `message_search`, which is made by a migration: each database has a
# full-text search of its own.
message_positions = Table(
    "message_positions",
    metadata,
    position(),
    Column("conversation_id", String, nullable=False),
    Column("seq", Integer, nullable=False),
    Index(None, "conversation_id", "seq", unique=True),
)

conversation_seen = Table(
    "conversation_seen",
    metadata,
    of_staff(primary_key=True),
    of_conversation(primary_key=True),
    Column("seq", Integer, nullable=False),
)

# Who looks at a conversation; `revealed_until` is how long they see personal data in it, `read_at` when the
# audit last had it that they read it.
presences = Table(
    "presences",
    metadata,
    of_conversation(primary_key=True),
    of_staff(primary_key=True),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("typing", Boolean, nullable=False),
    Column("revealed_until", UtcDateTime),
    Column("read_at", UtcDateTime),
)

notes = Table(
    "notes",
    metadata,
    Column("id", String, primary_key=True),
    of_conversation(index=True),
    of_staff(),
    Column("text", Sealed, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

canned_replies = Table(
    "canned_replies",
    metadata,
    Column("id", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("language", String, nullable=False),
    Column("text", String, nullable=False),
)

# Office hours, alerts: a name and its value, as JSON.
desk_settings = Table(
    "desk_settings",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Sealed, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("changed_by", String, ForeignKey("staff.id")),
)

# How many alerts were sent each way in its last hour; whoever counts locks the row.
alert_hours = Table(
    "alert_hours",
    metadata,
    Column("way", String, primary_key=True),
    Column("began_at", UtcDateTime, nullable=False),
    Column("sent", Integer, nullable=False),
    Column("held", Integer, nullable=False),
)
