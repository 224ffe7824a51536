"""What all tables share: the metadata, how things are named, and columns that recur."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, MetaData, String, text

from bot.store.types import Position

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def where(condition: str) -> dict[str, Any]:
    """Makes an index partial. A query uses it only when it states `condition` with literals."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def position() -> Column[int]:
    """Numbers rows in order of arrival, so that two things done at the same instant still have an order."""
    return Column("position", Position, primary_key=True, autoincrement=True)


def of_conversation(**options: Any) -> Column[str]:
    """The conversation a row belongs to."""
    return Column("conversation_id", String, ForeignKey("conversations.id"), nullable=False, **options)
