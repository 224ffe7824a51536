"""What one person says is taken in one after another, in the order in which it came (P9).

Slack sends a message without waiting for the last one's acknowledgement, and after a broken connection
several at once; each is stored by a thread of its own, and threads overtake each other.
"""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary

from channels.slack.addresses import installed_in
from channels.slack.payloads import Json, string


class InOrder:
    """A lock for each person; it goes when nobody holds it or waits for it."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[tuple[str, ...], asyncio.Lock] = WeakValueDictionary()

    def turn_of(self, body: Json) -> asyncio.Lock:
        """The lock of whoever said it, given in the order in which it is asked for."""
        said = string(body, "event", "user") or string(body, "user", "id") or string(body, "user_id")
        return self._locks.setdefault((installed_in(body) or "", said), asyncio.Lock())

    def __len__(self) -> int:
        """How many people's are kept."""
        return len(self._locks)
