"""What every channel is to the gateway, and what it hands over: the contract a new channel fulfils.

docs/add-a-channel.md says how to write one; tests/contract/test_channels.py is the suite it has to pass.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from starlette.routing import BaseRoute

from bot.domain.conversations import RenderedReply
from bot.domain.errors import FairwellError
from bot.domain.inbox import Event


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message of a customer as its platform gave it.

    Either `button` (a token) is set, or `event`, or neither, and then `text` is what was written; with an
    event `text` is what `Event` says. `address` is who it came from in the channel's own terms: as long as it
    is the same, it is the same conversation. `message_id` is the platform's key for deduplication within that
    address; `said_at` is the time the platform vouches for (UTC), where it gives one, never a client's clock.
    `locale` is the language the platform thinks they speak, a hint for the first words only.
    """

    channel: str
    address: str
    message_id: str
    text: str | None = None
    button: str | None = None
    event: Event | None = None
    said_at: datetime | None = None
    locale: str | None = None


#: Takes a message in durably and returns its inbox id; only then may a channel acknowledge it. Whatever it
#: raises means that nothing was taken in: the platform must be left to send the message again.
Receive = Callable[[Inbound], Awaitable[str]]


class NotSentError(FairwellError):
    """The platform did not take it: it may be sent again, after `retry_after` seconds if that is given."""

    def __init__(self, why: str, retry_after: float | None = None) -> None:
        super().__init__(why)
        self.retry_after = retry_after


class RefusedError(FairwellError):
    """The platform will never take it: blocked, gone, not allowed. Says which in a word or two of ours."""


class Vault(Protocol):
    """A place for secrets that a channel is given while it runs, such as a workspace's token; sealed."""

    async def put(self, name: str, value: str, *, seconds: float | None = None) -> None:
        """Keeps a value, for so many seconds if that is said; replaces the one of the same name."""
        ...

    async def get(self, name: str) -> str | None:
        """The value, unless it is not there or its time is over."""
        ...

    async def take(self, name: str) -> str | None:
        """Like `get`, and removes it: of two who ask at once, one gets it."""
        ...

    async def remove(self, name: str) -> None:
        """Forgets it."""
        ...


@dataclass(frozen=True, slots=True)
class Host:
    """What the gateway gives to a channel.

    `words` is the wording: the name of a message in data/responses and a language, or None for the
    installation's own, `language`. `only_one` holds the right to be the only process at something, by a name,
    for as long as its context lasts; it gives False where another process has it. `overview` is what a
    customer would be told about their subscriptions, with buttons, by address; for those nobody has verified
    it is a sentence without any fact.
    """

    words: Callable[[str, str | None], str]
    only_one: Callable[[str], AbstractAsyncContextManager[bool]]
    vault: Vault
    overview: Callable[[str], Awaitable[Sequence[RenderedReply]]]
    language: str = "en"


class Channel(Protocol):
    """One platform. `max_text` is how many characters one of its messages can hold; longer ones are split."""

    name: str
    max_text: int

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        """The webhooks of this channel; none where it fetches messages itself."""
        ...

    async def start(self, receive: Receive) -> None:
        """Introduces the bot to the platform and begins to fetch messages, where it does not send them.

        Returns at once: what takes time, and what fails because the platform is away, goes on behind it.
        """
        ...

    async def stop(self) -> None:
        """Ends what `start` began."""
        ...

    async def send(self, address: str, reply: RenderedReply) -> None:
        """Delivers one message; it is in the transcript already.

        Raises `NotSentError` and `RefusedError`. Anything else, a time-out above all, means that nobody knows
        whether it arrived.
        """
        ...

    async def working(self, address: str) -> None:
        """Shows that an answer is being written, where the platform can. Never raises."""
        ...

    def link(self, token: str) -> str | None:
        """The address that opens this channel with a one-time token; None where it takes none, or not yet."""
        ...

    async def vouch(self, address: str) -> str | None:
        """The e-mail address the platform vouches for, where an operator trusts it to; None everywhere else.

        Asked before a message of somebody unverified is answered. Never raises: who cannot be vouched for
        proves by a code who they are.
        """
        ...
