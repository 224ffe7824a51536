"""The settings of what other systems and staff are told."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings

from bot.setting_types import Networks, Takes


class WebhookSettings(BaseSettings):
    """Where webhooks may be sent, when staff are reminded, how often alerted. See docs/webhooks.md."""

    webhook_networks: Networks = Field(
        default=(),
        description="Networks of your own in which webhooks' endpoints may be, and may be without TLS.",
    )
    remind_after: Annotated[int, Field(ge=1, le=720), Takes("hours from 1 to 720")] = Field(
        default=24, description="A case that has waited for so long is one that staff are reminded of."
    )
    alerts_per_hour: Annotated[int, Field(ge=1, le=1000), Takes("a number from 1 to 1000")] = Field(
        default=30,
        description="So many alerts an hour are sent by mail, so many on Slack, so many by webhook; more are"
        " summed up.",
    )
