"""Hearing of messages that anybody wrote: this process, another replica, a command of staff's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Heard:
    """Conversations in which messages were added.

    With `gap` there may be others, and nobody knows which: whoever follows a conversation looks once.
    """

    conversations: frozenset[str] = frozenset()
    gap: bool = False


class Watch(Protocol):
    """One listener's place. It is used by one thread."""

    def next(self, seconds: float) -> Heard:
        """Waits up to so many seconds for what is committed; returns nothing heard when that is over.

        The first one begins to listen, and says `gap`; so does the first one that gets through after a fault.
        Raises what the database raises when it is away; the next call tries again.
        """
        ...

    def close(self) -> None:
        """Gives back what it holds; a later `next` would begin anew."""
        ...


class Changes(Protocol):
    """Tells what was added to transcripts once it is committed, and never what was rolled back."""

    def watch(self) -> Watch:
        """A new listener; it reaches nothing before its first `next`."""
        ...
