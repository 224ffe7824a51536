"""Taking over: whose case it is, who is there, and what staff leave in a conversation."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision: str | None = "0011"
branch_labels: str | None = None
depends_on: str | None = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Nobody has any yet."""
    op.add_column("cases", sa.Column("assignee", sa.String()))
    op.create_table(
        "conversation_seen",
        *_of("conversation_seen", "staff_id", "conversation_id"),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", "conversation_id", name="pk_conversation_seen"),
    )
    op.create_table(
        "presences",
        *_of("presences", "conversation_id", "staff_id"),
        sa.Column("seen_at", _TIME, nullable=False),
        sa.Column("typing", sa.Boolean(), nullable=False),
        sa.Column("revealed_until", _TIME),
        sa.Column("read_at", _TIME),
        sa.PrimaryKeyConstraint("conversation_id", "staff_id", name="pk_presences"),
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.String(), nullable=False),
        *_of("notes", "conversation_id", "staff_id"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
    )
    op.create_index("ix_notes_conversation_id", "notes", ["conversation_id"])
    _kept()


def _kept() -> None:
    op.create_table(
        "canned_replies",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_canned_replies"),
    )
    op.create_table(
        "desk_settings",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
        sa.Column("changed_by", sa.String()),
        sa.PrimaryKeyConstraint("name", name="pk_desk_settings"),
        sa.ForeignKeyConstraint(["changed_by"], ["staff.id"], name="fk_desk_settings_changed_by"),
    )


_TARGETS = {"staff_id": "staff.id", "conversation_id": "conversations.id"}


def _of(table: str, *names: str) -> list[sa.schema.SchemaItem]:
    made: list[sa.schema.SchemaItem] = [sa.Column(name, sa.String(), nullable=False) for name in names]
    keys = [sa.ForeignKeyConstraint([name], [_TARGETS[name]], name=f"fk_{table}_{name}") for name in names]
    return [*made, *keys]


def downgrade() -> None:
    """Forgets what staff have left."""
    for table in ("desk_settings", "canned_replies", "notes", "presences", "conversation_seen"):
        op.drop_table(table)
    op.drop_column("cases", "assignee")
