"""The tables. Each query of `bot.ports` has its index: a message's cost must not grow with history."""

from bot.store.tables import chat, delivering, learning, ledger, visits
from bot.store.tables.base import metadata

__all__ = ["chat", "delivering", "learning", "ledger", "metadata", "visits"]
