"""Staff, how they sign in, and what they have done, as a chain."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table

from bot.store.tables.base import metadata, position
from bot.store.types import Sealed, UtcDateTime


def of_staff(**options: Any) -> Column[str]:
    """The member of staff a row belongs to."""
    return Column("staff_id", String, ForeignKey("staff.id"), nullable=False, **options)


staff = Table(
    "staff",
    metadata,
    Column("id", String, primary_key=True),
    Column("email", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
    Column("password_hash", String),
    Column("totp", Sealed),
    Column("totp_confirmed", Boolean, nullable=False),
    Column("totp_step", Integer, nullable=False),
)

# One-time tokens and codes, as digests: invitations, second steps of a sign-in, recovery codes, presses.
staff_tokens = Table(
    "staff_tokens",
    metadata,
    Column("digest", String, primary_key=True),
    of_staff(index=True),
    Column("purpose", String, nullable=False),
    Column("expires_at", UtcDateTime, index=True),
    Column("tries_left", Integer, nullable=False),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("id", String, primary_key=True),
    Column("token_digest", String, nullable=False, unique=True),
    of_staff(index=True),
    Column("began_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("method", String, nullable=False),
    Column("browser", String, nullable=False),
)

# Who somebody is at the company's own sign-in (OpenID Connect).
staff_accounts = Table(
    "staff_accounts",
    metadata,
    Column("issuer", String, primary_key=True),
    Column("subject", String, primary_key=True),
    of_staff(index=True),
)

# Each entry's digest covers its content and the digest before it; triggers refuse to change or delete any.
audit = Table(
    "audit",
    metadata,
    position(),
    Column("at", UtcDateTime, nullable=False),
    Column("who", String, nullable=False),
    Column("action", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("why", Sealed, nullable=False),
    Column("what", Sealed, nullable=False),
    Column("previous", String, nullable=False),
    Column("digest", String, nullable=False),
    Index(None, "who", "position"),
    Index(None, "subject", "position"),
    Index(None, "action", "position"),
)

# One row, locked by whoever appends: so the chain has no branches.
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, nullable=False),
    Column("digest", String, nullable=False),
)
