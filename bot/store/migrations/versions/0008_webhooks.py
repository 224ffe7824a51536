"""Outgoing webhooks; and indexes by which what has ended is found and forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision: str | None = "0007"
branch_labels: str | None = None
depends_on: str | None = None

_TIME = sa.DateTime(timezone=True)
_POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: Until now these were found by who asked, and never by when they end.
_ENDS = (
    ("sessions", "expires_at"),
    ("proofs", "expires_at"),
    ("code_challenges", "expires_at"),
    ("code_requests", "at"),
)


def upgrade() -> None:
    """Nobody is told anything yet."""
    op.create_table(
        "webhook_endpoints",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secrets", sa.Text(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("words", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_endpoints"),
    )
    op.create_table(
        "webhook_events",
        sa.Column("position", _POSITION, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("occurred_at", _TIME, nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("words", sa.Text()),
        sa.PrimaryKeyConstraint("position", name="pk_webhook_events"),
        sa.UniqueConstraint("id", name="uq_webhook_events_id"),
        sa.UniqueConstraint("key", name="uq_webhook_events_key"),
    )
    op.create_index("ix_webhook_events_occurred_at", "webhook_events", ["occurred_at"])
    _add_deliveries()
    for table, column in _ENDS:
        op.create_index(f"ix_{table}_{column}", table, [column])


def _add_deliveries() -> None:
    op.create_table(
        "webhook_deliveries",
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("endpoint_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("run_at", _TIME, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String()),
        sa.Column("attempts", sa.JSON(), nullable=False),
        sa.Column("lease_owner", sa.String()),
        sa.Column("lease_until", _TIME),
        sa.PrimaryKeyConstraint("event_id", "endpoint_id", name="pk_webhook_deliveries"),
        sa.ForeignKeyConstraint(["event_id"], ["webhook_events.id"], name="fk_webhook_deliveries_event_id"),
    )
    op.create_index("ix_webhook_deliveries_endpoint_id", "webhook_deliveries", ["endpoint_id"])
    for state in ("waiting", "dead"):
        only = sa.text(f"state = '{state}'")
        op.create_index(
            f"ix_webhook_deliveries_{state}",
            "webhook_deliveries",
            ["endpoint_id", "run_at"],
            sqlite_where=only,
            postgresql_where=only,
        )


def downgrade() -> None:
    """Forgets endpoints, and what is on its way to them."""
    for table, column in _ENDS:
        op.drop_index(f"ix_{table}_{column}", table)
    for table in ("webhook_deliveries", "webhook_events", "webhook_endpoints"):
        op.drop_table(table)
