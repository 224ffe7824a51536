"""How a conversation came by its language: one that was asked for is not changed by what is written next.

Conversations from before start anew: their next text may settle the language.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Adds the column."""
    op.add_column(
        "conversations", sa.Column("locale_from", sa.String, nullable=False, server_default="start")
    )


def downgrade() -> None:
    """Forgets which languages were asked for."""
    op.drop_column("conversations", "locale_from")
