"""The channel's own key of what a customer sent, beside it in the transcript, for clients to know it again.

Messages from before have none; a client that shows them has them from the history alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision: str | None = "0005"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Adds the column."""
    op.add_column("messages", sa.Column("message_id", sa.String))


def downgrade() -> None:
    """Forgets the keys."""
    op.drop_column("messages", "message_id")
