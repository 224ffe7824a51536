"""`fairwell chat`: a conversation in the terminal, over HTTP, as a website would hold it."""

from __future__ import annotations

import select
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cli.chat_client import ChatClient
    from cli.chat_screen import Screen

#: Seconds between looks for a message from staff while nothing is typed.
_LOOK_EVERY = 3


def register(commands: typer.Typer) -> None:
    """Adds `chat`."""
    commands.command("chat")(chat)


def chat(
    *,
    customer: Annotated[
        str | None,
        typer.Option("--as", metavar="CUSTOMER", help="Sign in as this customer; else anonymous."),
    ] = None,
    url: Annotated[str | None, typer.Option(help="The running app; default: this installation's.")] = None,
) -> None:
    """Chat with the running app. A number or a button's title presses it; Ctrl-D ends.

    Lines can also be piped in, one message a line. Exit codes: 0 ended, 1 the app does not answer or refuses.
    """
    from bot.settings import load_settings
    from cli.chat_client import ChatClient
    from cli.chat_screen import Screen
    from cli.ports import local_url

    settings = load_settings()
    identity = _identity(customer) if customer is not None else None
    client = ChatClient(url or local_url(settings))
    client.open(identity, settings.locale)
    screen = Screen(settings.zone)
    if sys.stdin.isatty():
        typer.echo(f"Chatting as {customer or 'an anonymous visitor'}. Ctrl-D ends.")
    for line in _lines(client, screen):
        _say(client, screen, line)


def _identity(customer: str) -> str:
    """A token as the company's own server would make it; the secret never leaves this machine."""
    from bot.crypto.identity_tokens import JwtIdentityTokens
    from bot.crypto.keys import KeyRing
    from bot.settings import load_settings
    from bot.system import SystemClock

    settings = load_settings()
    given = settings.web_identity_secret
    secret = given.get_secret_value() if given is not None else KeyRing(settings.keys).secret("web-identity")
    return JwtIdentityTokens(secret, SystemClock()).issue(customer)


def _say(client: ChatClient, screen: Screen, line: str) -> None:
    text = line.strip()
    button = screen.button(text)
    if not text:
        screen.show(client.news())
        return
    replies = client.press(button) if button is not None else client.write(text)
    if replies is None:
        typer.echo("  (accepted; the answer will appear here)")
        return
    screen.show(replies)


def _lines(client: ChatClient, screen: Screen) -> Iterator[str]:
    """What is typed or piped in, line by line; on a terminal, staff's messages appear in between."""
    terminal = sys.stdin.isatty()
    while True:
        typer.echo("> ", nl=False)
        while terminal and not select.select([sys.stdin], [], [], _LOOK_EVERY)[0]:
            news = client.news()
            if news:
                typer.echo()
                screen.show(news)
                typer.echo("> ", nl=False)
        line = sys.stdin.readline()
        if not line:
            typer.echo()
            return
        if not terminal:
            # So that what a script prints reads as the conversation it was.
            typer.echo(line.rstrip("\n"))
        yield line
