"""Channels as the suite of their contract sees them: people on platforms that the tests have in hand."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import httpx
from pydantic import SecretStr

from bot.bootstrap import Application
from channels.contract import Channel
from gateway.channels import HostOf, connected
from tests.fixtures.slack.people import User
from tests.fixtures.slack.stand_in import SlackStandIn
from tests.fixtures.telegram.stand_in import TelegramStandIn

Buttons = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Read:
    """One message as its reader sees it."""

    text: str
    buttons: Buttons


class Harness(Protocol):
    """One platform. People are numbers; a message is given a number of its own, to be sent again by it."""

    name: str
    #: Whether what was not delivered is sent again by us; where it is fetched there is nothing to send.
    sends: bool

    @property
    def settings(self) -> dict[str, Any]:
        """What connects an installation to it."""
        ...

    def channels(self, application: Application, host_of: HostOf) -> Iterable[Channel]:
        """The channels of the installation."""
        ...

    def use(self, client: httpx.AsyncClient) -> None:
        """Where the installation listens."""
        ...

    async def ready(self) -> None:
        """Waits until the installation is connected, where it connects by itself."""
        ...

    async def says(self, person: int, text: str) -> object:
        """Writes; returns what `again` takes."""
        ...

    async def presses(self, person: int, token: str) -> object:
        """Presses a button that was shown to them."""
        ...

    async def again(self, sent: object) -> None:
        """The platform delivers the same message once more."""
        ...

    async def read(self, person: int) -> list[Read]:
        """What they have been sent."""
        ...

    def address(self, person: int) -> str:
        """Their address."""
        ...

    def refuse(self, times: int) -> None:
        """The next sendings are not taken, and the platform says so."""
        ...

    def block(self, person: int) -> None:
        """This person can't be sent anything any more."""
        ...


class TelegramHarness:
    """Implements `Harness` by long polling from a Bot API on this machine."""

    name = "telegram"
    sends = True

    def __init__(self, stand_in: TelegramStandIn) -> None:
        self._stand_in = stand_in

    @property
    def settings(self) -> dict[str, Any]:
        """Its token and address."""
        return {
            "telegram_token": SecretStr(self._stand_in.token),
            "telegram_api_url": self._stand_in.url,
        }

    def channels(self, application: Application, host_of: HostOf) -> Iterable[Channel]:
        """As in production."""
        return connected(application, host_of)

    def use(self, client: httpx.AsyncClient) -> None:
        """It is fetched from."""

    async def ready(self) -> None:
        """What is not fetched yet waits."""

    async def says(self, person: int, text: str) -> object:
        """Writes."""
        return self._stand_in.user(person).says(text)

    async def presses(self, person: int, token: str) -> object:
        """Presses."""
        return self._stand_in.user(person).presses(token)

    async def again(self, sent: object) -> None:
        """The same update."""
        assert isinstance(sent, int)
        self._stand_in.resend(sent)

    async def read(self, person: int) -> list[Read]:
        """Their chat."""
        return [Read(item.text, item.buttons) for item in self._stand_in.user(person).received()]

    def address(self, person: int) -> str:
        """The chat's id."""
        return str(person)

    def refuse(self, times: int) -> None:
        """429, without saying how long."""
        self._stand_in.fail_next("sendMessage", 429, {"retry_after": 0}, times=times)

    def block(self, person: int) -> None:
        """They block the bot."""
        self._stand_in.block(self._stand_in.user(person))


class SlackHarness:
    """Implements `Harness` by Socket Mode from a Slack on this machine."""

    name = "slack"
    sends = True

    def __init__(self, stand_in: SlackStandIn) -> None:
        self._stand_in = stand_in
        self._workspace = stand_in.workspace("T0CONTRACT")

    @property
    def settings(self) -> dict[str, Any]:
        """Its tokens and address."""
        return {
            "slack_app_token": SecretStr(self._stand_in.app_token),
            "slack_bot_token": SecretStr(self._workspace.bot_token),
            "slack_api_url": self._stand_in.url,
        }

    def channels(self, application: Application, host_of: HostOf) -> Iterable[Channel]:
        """As in production."""
        return connected(application, host_of)

    def use(self, client: httpx.AsyncClient) -> None:
        """It has a socket."""

    async def ready(self) -> None:
        """Presses are told once: who is not there misses them, as at Slack."""
        async with asyncio.timeout(20):
            while not self._stand_in.connections:  # noqa: ASYNC110 - the stand-in has a thread of its own
                await asyncio.sleep(0.02)

    async def says(self, person: int, text: str) -> object:
        """Writes."""
        return self._user(person).says(text).id

    async def presses(self, person: int, token: str) -> object:
        """Presses."""
        return self._user(person).presses(token).id

    async def again(self, sent: object) -> None:
        """The same event."""
        self._stand_in.resend(str(sent))

    async def read(self, person: int) -> list[Read]:
        """Their direct messages."""
        return [Read(item.text, item.buttons) for item in self._user(person).received()]

    def address(self, person: int) -> str:
        """Workspace and user."""
        return f"T0CONTRACT:U{person}"

    def refuse(self, times: int) -> None:
        """429, without saying how long."""
        self._stand_in.fail_next("chat.postMessage", error="ratelimited", times=times)

    def block(self, person: int) -> None:
        """Their account is no longer active."""
        self._stand_in.fail_next("chat.postMessage", error="account_inactive", times=1)

    def _user(self, person: int) -> User:
        return self._workspace.user(f"U{person}")


@contextmanager
def harness(name: str) -> Iterator[Harness]:
    """The platform of that name, running."""
    if name == "telegram":
        with TelegramStandIn() as telegram:
            yield TelegramHarness(telegram)
    elif name == "slack":
        with SlackStandIn() as slack:
            yield SlackHarness(slack)
    else:
        raise LookupError(name)
