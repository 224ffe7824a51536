"""Operations that a billing system elsewhere carries out, and what it tells; pauses; countries."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision: str | None = "0006"
branch_labels: str | None = None
depends_on: str | None = None


# Columns are added one by one, never by making a table anew: others refer to it, and SQLite would refuse.
def _of_operations() -> list[sa.Column[Any]]:
    return [
        sa.Column("immediately", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.Column("instead_of", sa.JSON()),
        sa.Column("asked_at", sa.DateTime(timezone=True)),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("fault", sa.String()),
        sa.Column("tell_later", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("lease_owner", sa.String()),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
    ]


def upgrade() -> None:
    """Everything so far was carried out at once, in the book."""
    op.create_table(
        "billing_views",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_billing_views"),
    )
    op.add_column("customers", sa.Column("country", sa.String(2)))
    op.add_column("subscriptions", sa.Column("paused_until", sa.DateTime(timezone=True)))
    op.add_column("subscriptions", sa.Column("paused_at", sa.DateTime(timezone=True)))
    op.add_column("declarations", sa.Column("number", sa.String()))
    op.add_column("declarations", sa.Column("kind", sa.String(), nullable=False, server_default="cancel"))
    op.create_index("ix_declarations_number", "declarations", ["number"], unique=True)
    for column in _of_operations():
        op.add_column("operations", column)
    still_open = sa.text("state IN ('recorded', 'asked')")
    op.create_index(
        "ix_operations_open",
        "operations",
        ["recorded_at"],
        postgresql_where=still_open,
        sqlite_where=still_open,
    )


def downgrade() -> None:
    """What is not carried out yet is forgotten as such."""
    op.drop_index("ix_operations_open", table_name="operations")
    for column in reversed(_of_operations()):
        op.drop_column("operations", column.name)
    op.drop_index("ix_declarations_number", table_name="declarations")
    op.drop_column("declarations", "kind")
    op.drop_column("declarations", "number")
    op.drop_column("subscriptions", "paused_at")
    op.drop_column("subscriptions", "paused_until")
    op.drop_column("customers", "country")
    op.drop_table("billing_views")
