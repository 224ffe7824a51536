"""Who wants to be told, once, when their reason for leaving is gone."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision: str | None = "0008"
branch_labels: str | None = None
depends_on: str | None = None

_TIME = sa.DateTime(timezone=True)
_POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Nobody has asked for it yet."""
    op.create_table(
        "follow_ups",
        sa.Column("position", _POSITION, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("customer_ref", sa.String(), nullable=False),
        sa.Column("member_id", sa.String()),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("declaration_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("given_at", _TIME, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("settled_at", _TIME),
        sa.PrimaryKeyConstraint("position", name="pk_follow_ups"),
        sa.ForeignKeyConstraint(["customer_ref"], ["customers.ref"], name="fk_follow_ups_customer_ref"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_follow_ups_conversation_id"
        ),
        sa.ForeignKeyConstraint(["declaration_id"], ["declarations.id"], name="fk_follow_ups_declaration_id"),
        sa.UniqueConstraint("id", name="uq_follow_ups_id"),
        sa.UniqueConstraint("declaration_id", name="uq_follow_ups_declaration_id"),
    )
    op.create_index("ix_follow_ups_customer_ref", "follow_ups", ["customer_ref"])
    op.create_index("ix_follow_ups_conversation_id", "follow_ups", ["conversation_id"])
    still_open = sa.text("state = 'open'")
    op.create_index(
        "ix_follow_ups_open",
        "follow_ups",
        ["position"],
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    # What they are told about is read from their answers.
    op.create_index("ix_exit_answers_declaration_id", "exit_answers", ["declaration_id"])


def downgrade() -> None:
    """Forgets who has asked for it: nobody is told."""
    op.drop_index("ix_exit_answers_declaration_id", "exit_answers")
    op.drop_table("follow_ups")
