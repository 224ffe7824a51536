"""How many alerts were sent within an hour, so that a flood of cases is summed up."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision: str | None = "0013"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """None was counted yet."""
    op.create_table(
        "alert_hours",
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("way", name="pk_alert_hours"),
    )


def downgrade() -> None:
    """Alerts are sent without end again."""
    op.drop_table("alert_hours")
