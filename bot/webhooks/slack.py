"""Alerts on Slack: posts a text to an incoming webhook, under the rules that all webhooks are sent by.

Slack's own, or anything that takes the same, such as Mattermost. The address is a secret: whoever has it may
post there.
"""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

from bot.webhooks.http import HttpWebhookSender


class SlackWebhook:
    """Implements `ports.AlertSender`. To be used from threads that have no event loop."""

    def __init__(self, http: HttpWebhookSender) -> None:
        self._http = http

    def post(self, url: str, text: str) -> int:
        """Raises `NotDeliveredError`."""
        body = json.dumps({"text": text})
        return asyncio.run(self._http.post(url, {}, body, datetime.now(UTC))).status

    def check(self, url: str) -> None:
        """Raises `EndpointInvalidError`."""
        asyncio.run(self._http.check(url))
