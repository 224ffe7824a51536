"""How many sessions were opened from where, for as long as that counts."""

from __future__ import annotations

from sqlalchemy import JSON, Column, String, Table

from bot.store.tables.base import metadata
from bot.store.types import UtcDateTime

# One row for each visitor, a keyed digest of an address: that is what is locked while one is counted.
visits = Table(
    "visits",
    metadata,
    Column("visitor", String, primary_key=True),
    Column("opened", JSON, nullable=False),
    Column("until", UtcDateTime, nullable=False, index=True),
)
