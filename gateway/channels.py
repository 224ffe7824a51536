"""Which channels this installation has, by its settings. Adding one is a few lines here.

A channel's SDK is imported only where the channel is on: it costs memory and time to start.
"""
# ruff: noqa: PLC0415 - see above

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from channels.contract import Channel, Host

if TYPE_CHECKING:
    from pydantic import SecretStr

    from bot.bootstrap import Application

#: Gives a channel what it needs of the gateway, by the channel's name.
HostOf = Callable[[str], Host]


def connected(application: Application, host_of: HostOf) -> Iterator[Channel]:
    """The channels that are set up, apart from the website's chat, which always is."""
    if application.settings.telegram_token is not None:
        yield _telegram(application, application.settings.telegram_token, host_of("telegram"))
    if application.settings.slack_on:
        yield _slack(application, host_of("slack"))


def _telegram(application: Application, token: SecretStr, host: Host) -> Channel:
    from channels.telegram.adapter import TelegramChannel
    from channels.telegram.config import TelegramConfig

    settings = application.settings
    config = TelegramConfig(
        token=token.get_secret_value(),
        api_url=settings.telegram_api_url,
        webhook_url=f"{settings.public_url}/channels/telegram" if settings.telegram_by_webhook else None,
        webhook_secret=application.telegram_secret,
        languages=tuple(application.deps.languages.spoken),
    )
    return TelegramChannel(config, host)


def _slack(application: Application, host: Host) -> Channel:
    from channels.slack.adapter import SlackChannel
    from channels.slack.config import SlackConfig

    settings = application.settings
    config = SlackConfig(
        api_url=settings.slack_api_url,
        public_url=settings.public_url,
        bot_token=_plain(settings.slack_bot_token),
        app_token=_plain(settings.slack_app_token),
        signing_secret=_plain(settings.slack_signing_secret),
        client_id=settings.slack_client_id,
        client_secret=_plain(settings.slack_client_secret),
        trusted_workspaces=frozenset(settings.slack_trusted_workspaces),
    )
    return SlackChannel(config, host)


def _plain(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
