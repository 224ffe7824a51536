"""The settings of the channels: those that are set switch their channel on."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode

from bot.setting_types import Takes, Url

_Secret = Annotated[SecretStr | None, Takes("what the platform shows for it", secret=True)]


def _listed(value: object) -> object:
    return (
        tuple(item.strip() for item in value.split(",") if item.strip()) if isinstance(value, str) else value
    )


_Mode = Annotated[Literal["auto", "webhook", "polling"], Takes("auto, webhook or polling")]
_WorkspaceId = Annotated[str, Field(pattern=r"^[TE][A-Z0-9]{2,30}$")]


class ChannelSettings(BaseSettings):
    """How Telegram and Slack are reached. See docs/connect-telegram.md and docs/connect-slack.md."""

    telegram_token: _Secret = Field(
        default=None, repr=False, description="The bot's token from @BotFather. Set: Telegram is on."
    )
    telegram_mode: Annotated[Literal["auto", "webhook", "polling"], Takes("auto, webhook or polling")] = (
        Field(
            default="auto",
            description="How updates come; `auto` is webhook if FAIRWELL_PUBLIC_URL is https, else polling.",
        )
    )
    telegram_api_url: Url = Field(
        default="https://api.telegram.org", description="The Bot API; another one for a server of your own."
    )
    slack_bot_token: _Secret = Field(
        default=None, repr=False, description="The bot token (xoxb-…) of one workspace. Not with OAuth."
    )
    slack_app_token: _Secret = Field(
        default=None, repr=False, description="The app-level token (xapp-…). Set: Socket Mode is on."
    )
    slack_signing_secret: _Secret = Field(
        default=None, repr=False, description="Signs Slack's requests. Set: events over HTTP are on."
    )
    slack_client_id: Annotated[str | None, Takes("the app's client id")] = Field(
        default=None, description="Set with the client secret: any workspace can install the app by OAuth."
    )
    slack_client_secret: _Secret = Field(default=None, repr=False, description="The app's client secret.")
    slack_trusted_workspaces: Annotated[
        tuple[_WorkspaceId, ...],
        NoDecode,
        BeforeValidator(_listed),
        Takes("workspace ids such as T0123ABCD, with commas between"),
    ] = Field(
        default=(),
        description="Workspaces whose profiles' e-mail addresses are taken as proof of who is writing.",
    )
    slack_api_url: Url = Field(default="https://slack.com/api", description="Slack's Web API.")

    @property
    def slack_on(self) -> bool:
        """Whether Slack is connected at all."""
        return self.slack_app_token is not None or self.slack_signing_secret is not None
