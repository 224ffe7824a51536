"""`fairwell link`: a one-time link that opens a chat as a customer, as a company's account page shows it."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from cli.application import application
from cli.faults import CommandError

if TYPE_CHECKING:
    from bot.settings import Settings


class Opens(StrEnum):
    """The channels that take links."""

    TELEGRAM = "telegram"


def register(commands: typer.Typer) -> None:
    """Adds `link`."""
    commands.command("link")(link)


def link(
    channel: Annotated[Opens, typer.Argument(help="The channel it opens.")],
    customer: Annotated[str, typer.Argument(help="The customer's ref, such as demo-solo.")],
    minutes: Annotated[int, typer.Option(min=1, max=1440, help="How long it is good for.")] = 15,
) -> None:
    """Print a link that opens one chat as CUSTOMER, once. Whoever opens it is taken for that customer."""
    from bot.services import identity

    app = application()
    username = _username(app.settings)
    issued = identity.issue_link(app.deps, channel.value, customer, timedelta(minutes=minutes))
    typer.echo(f"https://t.me/{username}?start={issued.token}")


def _username(settings: Settings) -> str:
    """The bot's name at Telegram. No fault repeats an address: it holds the bot's token."""
    import httpx

    if settings.telegram_token is None:
        raise CommandError("Telegram is not connected: set FAIRWELL_TELEGRAM_TOKEN")
    url = f"{settings.telegram_api_url}/bot{settings.telegram_token.get_secret_value()}/getMe"
    refused = CommandError("Telegram does not take FAIRWELL_TELEGRAM_TOKEN")
    try:
        answer = httpx.get(url, timeout=10, trust_env=False)
    except httpx.HTTPError:
        raise CommandError(f"{settings.telegram_api_url} does not answer") from None
    except httpx.InvalidURL:  # the token has something in it that no token has
        raise refused from None
    if answer.status_code in {401, 404}:
        raise refused
    try:
        username = answer.json()["result"]["username"]
    except (ValueError, KeyError, TypeError):
        username = None
    if not isinstance(username, str):
        raise CommandError(f"{settings.telegram_api_url} answers {answer.status_code}; try again")
    return username
