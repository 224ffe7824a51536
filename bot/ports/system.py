"""The world around us: time, randomness, mail and words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from bot.domain.letters import Letter


class Clock(Protocol):
    """The time, so that tests can set it."""

    def now(self) -> datetime:
        """Now, in UTC."""
        ...


class Ids(Protocol):
    """Identifiers and randomness, so that tests can foresee them."""

    def new(self, prefix: str) -> str:
        """A new unguessable identifier such as `c_7f…`, 128 random bits."""
        ...

    def number(self, prefix: str) -> str:
        """A short number people can read out, such as `R-4F7K-9M2Q`; the caller keeps it unique."""
        ...

    def token(self) -> str:
        """A bearer token, 256 random bits, URL-safe."""
        ...

    def code(self) -> str:
        """A one-time code: six digits."""
        ...


class Mailer(Protocol):
    """Sends mail. Called from the outbox only, never while a customer waits."""

    def send(self, *, to: str, letter: Letter, message_id: str) -> None:
        """Sends a letter to one address; the same `message_id` again is the same mail.

        Raises `MailDelayedError` where it may be taken later, and `MailRefusedError` where it never will.
        """
        ...


class Wording(Protocol):
    """What is said to customers, in their language."""

    def text(self, message: str, locale: str, values: Mapping[str, object]) -> str:
        """The text of `message` with `values` filled in: `Money` and `datetime` are formatted, lists joined.

        Raises `KeyError` for a message or value that is not there.
        """
        ...

    def locale(self, wanted: str | None) -> str:
        """The language we speak that is nearest to `wanted`."""
        ...
