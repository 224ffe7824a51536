"""Channels that messages are sent to, members of accounts, one-time links, and what platforms gave us."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision: str | None = "0003"
branch_labels: str | None = None
depends_on: str | None = None

_TIME = sa.DateTime(timezone=True)
_CONVERSATION = "conversations.id"


def upgrade() -> None:
    """Adds columns and tables; nobody has a phone number or a member yet."""
    _add_columns()
    _add_people()
    _add_deliveries()
    op.create_table(
        "vault",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("expires_at", _TIME),
        sa.PrimaryKeyConstraint("name", name="pk_vault"),
    )
    op.create_index("ix_vault_expires_at", "vault", ["expires_at"])
    op.create_table(
        "roles",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("until", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_roles"),
    )


def _add_columns() -> None:
    op.add_column("conversations", sa.Column("purpose", sa.String()))
    op.add_column(
        "conversations", sa.Column("logged_out", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("conversations", sa.Column("customer_ref", sa.String()))
    op.create_index("ix_conversations_customer_ref", "conversations", ["customer_ref"])
    op.add_column("inbox", sa.Column("event", sa.String()))
    op.add_column("proofs", sa.Column("member_id", sa.String()))
    op.create_index("ix_proofs_customer_ref", "proofs", ["customer_ref"])
    op.add_column("code_challenges", sa.Column("member_id", sa.String()))
    op.add_column("code_challenges", sa.Column("purpose", sa.String()))
    op.add_column("customers", sa.Column("phone", sa.String()))
    op.create_index("ix_customers_phone", "customers", ["phone"])


def _add_people() -> None:
    op.create_table(
        "members",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("customer_ref", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("phone", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_members"),
        sa.UniqueConstraint("email", name="uq_members_email"),
        sa.ForeignKeyConstraint(["customer_ref"], ["customers.ref"], name="fk_members_customer_ref"),
    )
    op.create_index("ix_members_customer_ref", "members", ["customer_ref"])
    op.create_index("ix_members_phone", "members", ["phone"])
    op.create_table(
        "links",
        sa.Column("token_digest", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("customer_ref", sa.String(), nullable=False),
        sa.Column("member_id", sa.String()),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("proof_until", _TIME),
        sa.Column("used_in", sa.String()),
        sa.PrimaryKeyConstraint("token_digest", name="pk_links"),
    )
    op.create_index("ix_links_expires_at", "links", ["expires_at"])


def _add_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("once", sa.Boolean(), nullable=False),
        sa.Column("begun", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("parts_sent", sa.Integer(), nullable=False),
        sa.Column("run_at", _TIME, nullable=False),
        sa.Column("fault", sa.String()),
        sa.Column("lease_owner", sa.String()),
        sa.Column("lease_until", _TIME),
        sa.PrimaryKeyConstraint("conversation_id", "seq", name="pk_deliveries"),
        sa.ForeignKeyConstraint(["conversation_id"], [_CONVERSATION], name="fk_deliveries_conversation_id"),
    )
    waiting, lost = sa.text("state = 'waiting'"), sa.text("state IN ('dead', 'doubtful')")
    op.create_index(
        "ix_deliveries_waiting",
        "deliveries",
        ["conversation_id", "seq"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_index(
        "ix_deliveries_undelivered", "deliveries", ["run_at"], sqlite_where=lost, postgresql_where=lost
    )


def downgrade() -> None:
    """Forgets members, phone numbers, links, what is still on its way, and platforms' secrets."""
    for table in ("roles", "vault", "deliveries", "links", "members"):
        op.drop_table(table)
    for table, column in (("customers", "phone"), ("proofs", "customer_ref")):
        op.drop_index(f"ix_{table}_{column}", table)
    op.drop_index("ix_conversations_customer_ref", "conversations")
    for table, column in (
        ("customers", "phone"),
        ("code_challenges", "purpose"),
        ("code_challenges", "member_id"),
        ("proofs", "member_id"),
        ("inbox", "event"),
        ("conversations", "customer_ref"),
        ("conversations", "logged_out"),
        ("conversations", "purpose"),
    ):
        op.drop_column(table, column)
