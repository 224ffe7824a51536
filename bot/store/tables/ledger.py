"""Customers, what they pay for, what was done to it, and what is still to be done."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from bot.store.tables.base import metadata, of_conversation, position, where
from bot.store.types import Sealed, UtcDateTime

customers = Table(
    "customers",
    metadata,
    Column("ref", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("email", String, nullable=False, index=True),
    Column("locale", String, nullable=False),
    Column("phone", String, index=True),
    Column("country", String(2)),
)

members = Table(
    "members",
    metadata,
    Column("id", String, primary_key=True),
    Column("customer_ref", String, ForeignKey("customers.ref"), nullable=False, index=True),
    Column("name", String, nullable=False),
    Column("email", String, nullable=False, unique=True),
    Column("role", String, nullable=False),
    Column("phone", String, index=True),
)

plans = Table(
    "plans",
    metadata,
    Column("ref", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("price_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("interval", String, nullable=False),
    Column("end_rule", String, nullable=False),
    Column("refund_unused", Boolean, nullable=False),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("ref", String, primary_key=True),
    Column("customer_ref", String, ForeignKey("customers.ref"), nullable=False, index=True),
    Column("plan_ref", String, ForeignKey("plans.ref"), nullable=False),
    Column("status", String, nullable=False),
    Column("status_before", String),
    Column("anchor", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime),
    Column("withdrawal_until", UtcDateTime),
    Column("trial_until", UtcDateTime),
    Column("paused_until", UtcDateTime),
    Column("paused_at", UtcDateTime),
)

# What a provider elsewhere last told of a customer's subscriptions, or of its plans, as JSON.
billing_views = Table(
    "billing_views",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Sealed, nullable=False),
    Column("read_at", UtcDateTime, nullable=False),
    Column("stale", Boolean, nullable=False),
)

# No foreign key: a key that was used stays used when its subscription is removed.
effects = Table(
    "effects",
    metadata,
    Column("idempotency_key", String, primary_key=True),
    Column("subscription_ref", String, nullable=False),
)

declarations = Table(
    "declarations",
    metadata,
    position(),
    Column("id", String, nullable=False, unique=True),
    of_conversation(),
    Column("inbox_id", String, nullable=False),
    Column("words", Sealed, nullable=False),
    Column("arrived_at", UtcDateTime, nullable=False),
    Column("said_at", UtcDateTime),
    Column("state", String, nullable=False),
    Column("customer_ref", String),
    Column("number", String),
    Column("kind", String, nullable=False),
    Index("ix_declarations_number", "number", unique=True),
    Index(None, "conversation_id", "position"),
)

# `subscription_ref` is the billing provider's and may lie outside our database, hence no foreign key.
operations = Table(
    "operations",
    metadata,
    position(),
    Column("id", String, nullable=False, unique=True),
    Column("subscription_ref", String, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("state", String, nullable=False),
    Column("customer_ref", String, nullable=False),
    Column("declaration_id", String, ForeignKey("declarations.id"), nullable=False, index=True),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("confirmed_at", UtcDateTime),
    Column("effective_at", UtcDateTime),
    Column("currency", String(3), nullable=False),
    Column("charged_minor", BigInteger, nullable=False),
    Column("refunded_minor", BigInteger, nullable=False),
    Column("immediately", Boolean, nullable=False),
    Column("until", UtcDateTime),
    Column("instead_of", JSON),
    Column("asked_at", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("fault", String),
    Column("tell_later", Boolean, nullable=False),
    Column("lease_owner", String),
    Column("lease_until", UtcDateTime),
    Index("ix_operations_open", "recorded_at", **where("state IN ('recorded', 'asked')")),
    UniqueConstraint("subscription_ref", "generation"),
    Index(None, "customer_ref", "position"),
)

receipts = Table(
    "receipts",
    metadata,
    position(),
    Column("number", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("operation_id", String, ForeignKey("operations.id"), nullable=False, unique=True),
    Column("customer_ref", String),
    Column("subscription_ref", String, nullable=False),
    Column("plan_name", String, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("carried_out_at", UtcDateTime, nullable=False),
    Column("effective_at", UtcDateTime, nullable=False),
    Column("jws", String, nullable=False),
    Column("disclosures", Sealed, nullable=False),
    Column("locale", String, nullable=False),
    Index(None, "customer_ref", "position"),
)

exit_questions = Table(
    "exit_questions",
    metadata,
    position(),
    Column("id", String, nullable=False, unique=True),
    Column("declaration_id", String, ForeignKey("declarations.id"), nullable=False, unique=True),
    of_conversation(),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("state", String, nullable=False),
    Index(None, "conversation_id", "position"),
)

exit_answers = Table(
    "exit_answers",
    metadata,
    position(),
    Column("id", String, nullable=False, unique=True),
    Column("question_id", String, ForeignKey("exit_questions.id"), nullable=False),
    Column("declaration_id", String, ForeignKey("declarations.id"), nullable=False, index=True),
    Column("words", String),
    Column("reasons", JSON, nullable=False),
    Column("answered_at", UtcDateTime, nullable=False, index=True),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("dedupe_key", String, nullable=False, unique=True),
    Column("payload", Sealed),
    Column("run_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("lease_owner", String),
    Column("lease_until", UtcDateTime),
    Index("ix_outbox_open", "run_at", **where("state = 'open'")),
)
