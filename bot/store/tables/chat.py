"""What passes through conversations, and who is behind them."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    false,
)

from bot.store.tables.base import metadata, of_conversation, position, where
from bot.store.types import Sealed, UtcDateTime

conversations = Table(
    "conversations",
    metadata,
    Column("id", String, primary_key=True),
    Column("channel", String, nullable=False),
    Column("address", String, nullable=False),
    Column("locale", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_message_at", UtcDateTime, nullable=False),
    Column("awaiting", String),
    Column("declaration_id", String),
    Column("clarified", Integer, nullable=False),
    Column("episode", Integer, nullable=False),
    Column("locale_from", String, nullable=False, server_default="start"),
    Column("next_seq", Integer, nullable=False),
    Column("lease_owner", String),
    Column("lease_until", UtcDateTime),
    Column("purpose", String),
    Column("logged_out", Boolean, nullable=False, server_default=false()),
    Column("customer_ref", String),
    # When anybody last said anything, the bot and staff included.
    Column("active_at", UtcDateTime),
    UniqueConstraint("channel", "address"),
    Index(None, "active_at", "id"),
    Index(None, "customer_ref", "last_message_at"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_digest", String, primary_key=True),
    of_conversation(),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)

used_identity_tokens = Table(
    "used_identity_tokens",
    metadata,
    Column("token_id", String, primary_key=True),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)

# `receipt` is sealed for the page key in its address: that key is derived when needed and never lies
# readable.
messages = Table(
    "messages",
    metadata,
    of_conversation(primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("author", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("text", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("inbox_id", String, index=True),
    Column("buttons", JSON, nullable=False),
    Column("receipt", Sealed),
    Column("intent", String),
    Column("confidence", Float),
    Column("rule", String),
    Column("nlu_ms", Float),
    Column("total_ms", Float),
    Column("message_id", String),
    Index(None, "at"),
    # Several transcripts are read as one by it, without looking at a message that is not shown.
    Index(None, "conversation_id", "at", "seq"),
)

buttons = Table(
    "buttons",
    metadata,
    Column("token", String, primary_key=True),
    of_conversation(),
    Column("press", JSON, nullable=False),
    Column("title", String, nullable=False),
    Column("pressed_by", String),
)

inbox = Table(
    "inbox",
    metadata,
    position(),
    Column("id", String, nullable=False, unique=True),
    of_conversation(),
    Column("message_id", String, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("arrived_at", UtcDateTime, nullable=False),
    Column("said_at", UtcDateTime),
    Column("text", Sealed),
    Column("button", String),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", UtcDateTime),
    Column("request", Sealed),
    Column("result", Sealed),
    Column("event", String),
    UniqueConstraint("conversation_id", "message_id"),
    Index(None, "conversation_id", "arrived_at"),
    Index("ix_inbox_accepted", "conversation_id", "position", **where("state = 'accepted'")),
    Index("ix_inbox_held", "conversation_id", "position", **where("state = 'held'")),
)

placeholders = Table(
    "placeholders",
    metadata,
    Column("inbox_id", String, ForeignKey("inbox.id"), primary_key=True),
    Column("masked", Sealed, nullable=False),
)

proofs = Table(
    "proofs",
    metadata,
    of_conversation(primary_key=True),
    Column("customer_ref", String, nullable=False),
    Column("source", String, nullable=False),
    Column("proved_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("member_id", String),
    Index(None, "customer_ref"),
)

links = Table(
    "links",
    metadata,
    Column("token_digest", String, primary_key=True),
    Column("purpose", String, nullable=False),
    Column("customer_ref", String, nullable=False),
    Column("member_id", String),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("proof_until", UtcDateTime),
    Column("used_in", String),
)

code_challenges = Table(
    "code_challenges",
    metadata,
    of_conversation(primary_key=True),
    Column("declaration_id", String),
    Column("customer_ref", String),
    Column("code_hash", String, nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("tries_left", Integer, nullable=False),
    Column("member_id", String),
    Column("purpose", String),
)

code_requests = Table(
    "code_requests",
    metadata,
    position(),
    Column("address_digest", String, nullable=False),
    of_conversation(),
    Column("at", UtcDateTime, nullable=False, index=True),
    Index(None, "address_digest", "at"),
    Index(None, "conversation_id", "at"),
)

cases = Table(
    "cases",
    metadata,
    position(),
    Column("id", String, nullable=False, unique=True),
    of_conversation(),
    Column("subject", String, nullable=False),
    Column("state", String, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("customer_ref", String),
    Column("accepted_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("waiting_since", UtcDateTime),
    Column("assignee", String),
    Index("uq_cases_open", "conversation_id", unique=True, **where("state <> 'closed'")),
    Index("ix_cases_accepted", "waiting_since", **where("state = 'accepted'")),
)
