"""What the Telegram channel is given: the bot, where its API is, and how updates come."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TelegramConfig:
    """One bot. Without `webhook_url` updates are fetched by long polling.

    `api_url` is the Bot API without a trailing slash; `webhook_secret` is what Telegram has to show with each
    update. `languages` are those the bot introduces itself in, besides the installation's own.
    """

    token: str = field(repr=False)
    api_url: str
    webhook_url: str | None
    webhook_secret: str = field(repr=False)
    languages: tuple[str, ...] = ()
