"""Staff, their sessions, and how they sign in."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision: str | None = "0009"
branch_labels: str | None = None
depends_on: str | None = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Nobody yet: the first is added on the command line."""
    op.create_table(
        "staff",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("disabled_at", _TIME),
        sa.Column("password_hash", sa.String()),
        sa.Column("totp", sa.Text()),
        sa.Column("totp_confirmed", sa.Boolean(), nullable=False),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("email", name="uq_staff_email"),
    )
    _tokens()
    op.create_table(
        "staff_accounts",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        *_of_staff("staff_accounts"),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_staff_accounts"),
    )
    op.create_index("ix_staff_accounts_staff_id", "staff_accounts", ["staff_id"])


def _tokens() -> None:
    op.create_table(
        "staff_tokens",
        sa.Column("digest", sa.String(), nullable=False),
        *_of_staff("staff_tokens"),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("expires_at", _TIME),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_staff_tokens"),
    )
    op.create_index("ix_staff_tokens_staff_id", "staff_tokens", ["staff_id"])
    op.create_index("ix_staff_tokens_expires_at", "staff_tokens", ["expires_at"])
    op.create_table(
        "staff_sessions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("token_digest", sa.String(), nullable=False),
        *_of_staff("staff_sessions"),
        sa.Column("began_at", _TIME, nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff_sessions"),
        sa.UniqueConstraint("token_digest", name="uq_staff_sessions_token_digest"),
    )
    op.create_index("ix_staff_sessions_staff_id", "staff_sessions", ["staff_id"])
    op.create_index("ix_staff_sessions_expires_at", "staff_sessions", ["expires_at"])


def _of_staff(table: str) -> tuple[sa.Column[str], sa.ForeignKeyConstraint]:
    key = sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=f"fk_{table}_staff_id")
    return sa.Column("staff_id", sa.String(), nullable=False), key


def downgrade() -> None:
    """Forgets everybody."""
    for table in ("staff_accounts", "staff_sessions", "staff_tokens", "staff"):
        op.drop_table(table)
