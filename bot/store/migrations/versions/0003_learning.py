"""What is learnt from: the newest messages are found without reading all, and shadow decisions are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision: str | None = "0002"
branch_labels: str | None = None
depends_on: str | None = None

_TABLE = "shadow_decisions"
_POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Adds the index and the table."""
    op.create_index("ix_messages_at", "messages", ["at"])
    op.create_table(
        _TABLE,
        sa.Column("position", _POSITION, autoincrement=True, nullable=False),
        sa.Column("inbox_id", sa.String(), nullable=False),
        sa.Column("asked_in", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("intent", sa.String()),
        sa.Column("confidence", sa.Float()),
        sa.Column("decision", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=f"pk_{_TABLE}"),
        sa.UniqueConstraint("inbox_id", name=f"uq_{_TABLE}_inbox_id"),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name=f"fk_{_TABLE}_inbox_id"),
        sa.ForeignKeyConstraint(["asked_in"], ["inbox.id"], name=f"fk_{_TABLE}_asked_in"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=f"fk_{_TABLE}_conversation_id"
        ),
    )


def downgrade() -> None:
    """Forgets what was decided in shadow mode."""
    op.drop_table(_TABLE)
    op.drop_index("ix_messages_at", "messages")
