"""Calls to Slack's Web API, and what their outcome means for those who wait for it."""

from __future__ import annotations

from collections.abc import Mapping

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from channels.contract import NotSentError, RefusedError
from channels.slack.config import SlackConfig
from channels.slack.payloads import Json
from channels.slack.quiet import LOGGER

#: A call may take this long.
SECONDS = 10
#: Said when Slack names none.
_RETRY_SECONDS = 30.0

# What Slack says when it will not take a message for somebody, and our words for it.
_REFUSALS = {
    "account_inactive": "app removed",
    "cannot_dm_bot": "a bot",
    "cannot_reply_to_message": "not allowed",
    "channel_not_found": "nobody there",
    "ekm_access_denied": "not allowed",
    "enterprise_is_restricted": "not allowed",
    "is_archived": "chat closed",
    "is_inactive": "chat closed",
    "messages_tab_disabled": "messages off",
    "no_permission": "not allowed",
    "not_in_channel": "not in chat",
    "restricted_action": "not allowed",
    "team_access_not_granted": "not installed",
    "team_not_found": "not installed",
    "token_revoked": "token refused",
    "user_disabled": "user gone",
    "user_not_found": "nobody there",
    "user_not_visible": "not allowed",
}
# What an operator puts right, and then every message that waits can go.
_SETUP = {
    "app_missing_action_url": "app incomplete",
    "invalid_auth": "token refused",
    "missing_scope": "scope missing",
    "not_allowed_token_type": "token refused",
    "not_authed": "token refused",
    "token_expired": "token refused",
}
# What it says when it broke down on the way: nobody knows how far it came.
_IN_DOUBT = {"fatal_error", "internal_error", "request_timeout", "service_unavailable"}
_RATE_LIMITED = {"ratelimited", "rate_limited", "message_limit_exceeded"}


class UnclearError(Exception):
    """Slack broke down on the way: nobody knows whether it did what it was asked. Says only how."""


class SetupError(NotSentError):
    """Slack takes nothing from us until an operator has put something right."""


class MalformedError(NotSentError):
    """Slack can't read the blocks, and took nothing."""


class WebApi:
    """One call at a time, each with the token of its workspace."""

    def __init__(self, config: SlackConfig) -> None:
        self._config = config

    def client(self, token: str | None = None) -> AsyncWebClient:
        """A client that repeats nothing: to resend after a lost answer would double a message."""
        client = AsyncWebClient(
            token=token,
            base_url=f"{self._config.api_url}/",
            timeout=SECONDS,
            logger=LOGGER,
            retry_handlers=[],
        )
        if self._config.api_is_local:
            client.proxy = None
        return client

    async def call(self, method: str, token: str, arguments: Json, *, form: bool = False) -> Json:
        """The answer to a call. Raises `NotSentError`, `RefusedError`, or anything else when in doubt.

        Methods that read take forms only.
        """
        client = self.client(token)
        try:
            if form:
                answer = await client.api_call(method, data=dict(arguments))
            else:
                answer = await client.api_call(method, json=dict(arguments))
        except SlackApiError as fault:
            raise _meaning(fault) from None
        except aiohttp.ClientConnectorError as fault:
            raise NotSentError(f"no connection to Slack ({type(fault).__name__})") from None
        return answer.data if isinstance(answer.data, dict) else {}


def _meaning(fault: SlackApiError) -> Exception:
    """What an answer without "ok" means: taken back to us, refused for good, or unclear."""
    response = fault.response
    status = getattr(response, "status_code", None) or getattr(response, "status", 0)
    data = getattr(response, "data", None)
    code = str(data.get("error") or "") if isinstance(data, Mapping) else ""
    if status == 429 or code in _RATE_LIMITED:
        return NotSentError("too fast for Slack", _retry_after(getattr(response, "headers", {})))
    if code in _REFUSALS:
        return RefusedError(_REFUSALS[code])
    if code.startswith("invalid_blocks") or code in {"invalid_attachments", "msg_blocks_too_long"}:
        return MalformedError(code)
    if code in _SETUP:
        return SetupError(_SETUP[code])
    if code and code not in _IN_DOUBT:
        # A failed try like any other: what is said here may last, and then staff have to see it.
        return NotSentError(f"Slack says {code[:60]}")
    return UnclearError(code or f"status {status}")


def _retry_after(headers: Mapping[str, str]) -> float:
    try:
        return max(float(headers.get("Retry-After", _RETRY_SECONDS)), 0.0)
    except ValueError:
        return _RETRY_SECONDS
