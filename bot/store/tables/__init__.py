"""The tables. Each query of `bot.ports` has its index: a message's cost must not grow with history."""

from bot.store.tables import chat, delivering, desk, follow_ups, learning, ledger, staff, visits, webhooks
from bot.store.tables.base import metadata

__all__ = [
    "chat",
    "delivering",
    "desk",
    "follow_ups",
    "learning",
    "ledger",
    "metadata",
    "staff",
    "visits",
    "webhooks",
]
