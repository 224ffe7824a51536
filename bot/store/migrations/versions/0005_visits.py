"""How many sessions were opened without saying who one is, by a digest of where from."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Nobody has opened any yet, as far as this is concerned."""
    op.create_table(
        "visits",
        sa.Column("visitor", sa.String(), nullable=False),
        sa.Column("opened", sa.JSON(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("visitor", name="pk_visits"),
    )
    op.create_index("ix_visits_until", "visits", ["until"])


def downgrade() -> None:
    """Everybody begins anew."""
    op.drop_table("visits")
