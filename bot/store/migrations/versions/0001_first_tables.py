"""The first tables.

Revision ID: 0001
Revises:
Create Date: 2026-11-22
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels: None = None
depends_on: None = None

TABLES = (
    "customers",
    "plans",
    "subscriptions",
    "effects",
    "conversations",
    "sessions",
    "used_identity_tokens",
    "messages",
    "buttons",
    "inbox",
    "placeholders",
    "cases",
    "proofs",
    "code_challenges",
    "code_requests",
    "declarations",
    "operations",
    "receipts",
    "exit_questions",
    "exit_answers",
    "outbox",
)
TEXT, SEALED, CURRENCY = sa.String(), sa.Text(), sa.String(3)
TIME, FLAG, JSON = sa.DateTime(timezone=True), sa.Boolean(), sa.JSON()
POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COUNT, AMOUNT, MEASURE = sa.Integer(), sa.BigInteger(), sa.Float()


def upgrade() -> None:
    """Makes all tables.

    The types are spelt out, not taken from `bot.store`: what this makes must not change with later code.
    """
    _customers_and_book()
    _conversations()
    _inbox()
    _identities()
    _ledger()
    _exit_interviews_and_outbox()


def downgrade() -> None:
    """Drops all tables."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _must(kind: sa.types.TypeEngine[Any], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=False) for name in names]


def _may(kind: sa.types.TypeEngine[Any], *names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=True) for name in names]


def _table(
    name: str,
    columns: Sequence[sa.Column[Any]],
    key: Sequence[str],
    unique: Sequence[Sequence[str]] = (),
    refs: Mapping[str, str] | None = None,
) -> None:
    op.create_table(
        name,
        *columns,
        sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"),
        *(sa.UniqueConstraint(*names, name=f"uq_{name}_{'_'.join(names)}") for names in unique),
        *(
            sa.ForeignKeyConstraint([own], [other], name=f"fk_{name}_{own}")
            for own, other in (refs or {}).items()
        ),
    )


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _customers_and_book() -> None:
    _table(
        "customers",
        [*_must(TEXT, "ref", "name", "email", "locale")],
        key=["ref"],
    )
    op.create_index("ix_customers_email", "customers", ["email"])
    _table(
        "plans",
        [
            *_must(TEXT, "ref", "name", "interval", "end_rule"),
            *_must(AMOUNT, "price_minor"),
            *_must(CURRENCY, "currency"),
            *_must(FLAG, "refund_unused"),
        ],
        key=["ref"],
    )
    _table(
        "subscriptions",
        [
            *_must(TEXT, "ref", "customer_ref", "plan_ref", "status"),
            *_must(TIME, "anchor"),
            *_may(TEXT, "status_before"),
            *_may(TIME, "ends_at", "withdrawal_until", "trial_until"),
        ],
        key=["ref"],
        refs={"customer_ref": "customers.ref", "plan_ref": "plans.ref"},
    )
    op.create_index("ix_subscriptions_customer_ref", "subscriptions", ["customer_ref"])
    _table(
        "effects",
        [*_must(TEXT, "idempotency_key", "subscription_ref")],
        key=["idempotency_key"],
    )


def _conversations() -> None:
    _table(
        "conversations",
        [
            *_must(TEXT, "id", "channel", "address", "locale"),
            *_must(TIME, "created_at", "last_message_at"),
            *_must(COUNT, "clarified", "episode", "next_seq"),
            *_may(TEXT, "awaiting", "declaration_id", "lease_owner"),
            *_may(TIME, "lease_until"),
        ],
        key=["id"],
        unique=[["channel", "address"]],
    )
    _table(
        "sessions",
        [*_must(TEXT, "token_digest", "conversation_id"), *_must(TIME, "expires_at")],
        key=["token_digest"],
        refs={"conversation_id": "conversations.id"},
    )
    _table(
        "used_identity_tokens",
        [*_must(TEXT, "token_id"), *_must(TIME, "expires_at")],
        key=["token_id"],
    )
    op.create_index("ix_used_identity_tokens_expires_at", "used_identity_tokens", ["expires_at"])
    _table(
        "messages",
        [
            *_must(TEXT, "conversation_id", "author", "kind", "text"),
            *_must(COUNT, "seq"),
            *_must(TIME, "at"),
            *_must(JSON, "buttons"),
            *_may(TEXT, "inbox_id", "intent", "rule"),
            *_may(SEALED, "receipt"),
            *_may(MEASURE, "confidence", "nlu_ms", "total_ms"),
        ],
        key=["conversation_id", "seq"],
        refs={"conversation_id": "conversations.id"},
    )
    op.create_index("ix_messages_inbox_id", "messages", ["inbox_id"])
    _table(
        "buttons",
        [*_must(TEXT, "token", "conversation_id", "title"), *_must(JSON, "press"), *_may(TEXT, "pressed_by")],
        key=["token"],
        refs={"conversation_id": "conversations.id"},
    )


def _inbox() -> None:
    _table(
        "inbox",
        [
            *_must(POSITION, "position"),
            *_must(TEXT, "id", "conversation_id", "message_id", "fingerprint", "state"),
            *_must(TIME, "arrived_at"),
            *_must(COUNT, "attempts"),
            *_may(TIME, "said_at", "not_before"),
            *_may(SEALED, "text", "request", "result"),
            *_may(TEXT, "button"),
        ],
        key=["position"],
        unique=[["conversation_id", "message_id"], ["id"]],
        refs={"conversation_id": "conversations.id"},
    )
    op.create_index(
        "ix_inbox_accepted", "inbox", ["conversation_id", "position"], **_where("state = 'accepted'")
    )
    op.create_index("ix_inbox_conversation_id_arrived_at", "inbox", ["conversation_id", "arrived_at"])
    op.create_index("ix_inbox_held", "inbox", ["conversation_id", "position"], **_where("state = 'held'"))
    _table(
        "placeholders",
        [*_must(TEXT, "inbox_id"), *_must(SEALED, "masked")],
        key=["inbox_id"],
        refs={"inbox_id": "inbox.id"},
    )
    _table(
        "cases",
        [
            *_must(POSITION, "position"),
            *_must(TEXT, "id", "conversation_id", "subject", "state"),
            *_must(TIME, "opened_at"),
            *_may(TEXT, "customer_ref"),
            *_may(TIME, "accepted_at", "closed_at", "waiting_since"),
        ],
        key=["position"],
        unique=[["id"]],
        refs={"conversation_id": "conversations.id"},
    )
    op.create_index("ix_cases_accepted", "cases", ["waiting_since"], **_where("state = 'accepted'"))
    op.create_index("uq_cases_open", "cases", ["conversation_id"], unique=True, **_where("state <> 'closed'"))


def _identities() -> None:
    _table(
        "proofs",
        [*_must(TEXT, "conversation_id", "customer_ref", "source"), *_must(TIME, "proved_at", "expires_at")],
        key=["conversation_id"],
        refs={"conversation_id": "conversations.id"},
    )
    _table(
        "code_challenges",
        [
            *_must(TEXT, "conversation_id", "code_hash"),
            *_must(TIME, "issued_at", "expires_at"),
            *_must(COUNT, "tries_left"),
            *_may(TEXT, "declaration_id", "customer_ref"),
        ],
        key=["conversation_id"],
        refs={"conversation_id": "conversations.id"},
    )
    _table(
        "code_requests",
        [*_must(POSITION, "position"), *_must(TEXT, "address_digest", "conversation_id"), *_must(TIME, "at")],
        key=["position"],
        refs={"conversation_id": "conversations.id"},
    )
    op.create_index("ix_code_requests_address_digest_at", "code_requests", ["address_digest", "at"])
    op.create_index("ix_code_requests_conversation_id_at", "code_requests", ["conversation_id", "at"])


def _ledger() -> None:
    _table(
        "declarations",
        [
            *_must(POSITION, "position"),
            *_must(TEXT, "id", "conversation_id", "inbox_id", "state"),
            *_must(SEALED, "words"),
            *_must(TIME, "arrived_at"),
            *_may(TIME, "said_at"),
            *_may(TEXT, "customer_ref"),
        ],
        key=["position"],
        unique=[["id"]],
        refs={"conversation_id": "conversations.id"},
    )
    op.create_index(
        "ix_declarations_conversation_id_position", "declarations", ["conversation_id", "position"]
    )
    _table(
        "operations",
        [
            *_must(POSITION, "position"),
            *_must(TEXT, "id", "subscription_ref", "kind", "state", "customer_ref", "declaration_id"),
            *_must(COUNT, "generation"),
            *_must(TIME, "recorded_at"),
            *_must(CURRENCY, "currency"),
            *_must(AMOUNT, "charged_minor", "refunded_minor"),
            *_may(TIME, "confirmed_at", "effective_at"),
        ],
        key=["position"],
        unique=[["id"], ["subscription_ref", "generation"]],
        refs={"declaration_id": "declarations.id"},
    )
    op.create_index("ix_operations_customer_ref_position", "operations", ["customer_ref", "position"])
    op.create_index("ix_operations_declaration_id", "operations", ["declaration_id"])
    _table(
        "receipts",
        [
            *_must(POSITION, "position"),
            *_must(TEXT, "number", "kind", "operation_id", "subscription_ref", "plan_name", "jws", "locale"),
            *_must(TIME, "received_at", "carried_out_at", "effective_at"),
            *_must(SEALED, "disclosures"),
            *_may(TEXT, "customer_ref"),
        ],
        key=["position"],
        unique=[["number"], ["operation_id"]],
        refs={"operation_id": "operations.id"},
    )
    op.create_index("ix_receipts_customer_ref_position", "receipts", ["customer_ref", "position"])


def _exit_interviews_and_outbox() -> None:
    _table(
        "exit_questions",
        [
            *_must(POSITION, "position"),
            *_must(TEXT, "id", "declaration_id", "conversation_id", "state"),
            *_must(TIME, "asked_at"),
        ],
        key=["position"],
        unique=[["declaration_id"], ["id"]],
        refs={"conversation_id": "conversations.id", "declaration_id": "declarations.id"},
    )
    op.create_index(
        "ix_exit_questions_conversation_id_position", "exit_questions", ["conversation_id", "position"]
    )
    _table(
        "exit_answers",
        [
            *_must(POSITION, "position"),
            *_must(TEXT, "id", "question_id", "declaration_id"),
            *_must(JSON, "reasons"),
            *_must(TIME, "answered_at"),
            *_may(TEXT, "words"),
        ],
        key=["position"],
        unique=[["id"]],
        refs={"declaration_id": "declarations.id", "question_id": "exit_questions.id"},
    )
    op.create_index("ix_exit_answers_answered_at", "exit_answers", ["answered_at"])
    _table(
        "outbox",
        [
            *_must(TEXT, "id", "kind", "dedupe_key", "state"),
            *_must(TIME, "run_at"),
            *_must(COUNT, "attempts"),
            *_may(SEALED, "payload"),
            *_may(TEXT, "lease_owner"),
            *_may(TIME, "lease_until"),
        ],
        key=["id"],
        unique=[["dedupe_key"]],
    )
    op.create_index("ix_outbox_open", "outbox", ["run_at"], **_where("state = 'open'"))
