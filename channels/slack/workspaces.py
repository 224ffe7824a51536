"""Where the app is installed: which token speaks in which workspace, and as whom."""

from __future__ import annotations

import asyncio

import aiohttp
import structlog

from channels.contract import NotSentError, RefusedError, Vault
from channels.slack.config import SlackConfig
from channels.slack.installations import Installed, VaultInstallations
from channels.slack.payloads import string, workspace_id
from channels.slack.web_api import SetupError, UnclearError, WebApi

log = structlog.get_logger(__name__)

_SLOWEST_SECONDS = 60.0


class Workspaces:
    """One token for one workspace, or one for each that has installed the app."""

    def __init__(self, config: SlackConfig, vault: Vault, api: WebApi) -> None:
        self.installations = VaultInstallations(vault)
        self._token = config.bot_token
        self._api = api
        self._own: str | None = None
        self._bot_user: str | None = None

    async def find(self, workspace: str) -> Installed | None:
        """The installation there. Never asks Slack: this stands between an event and its acknowledgement.

        With a single token any workspace is taken for its own until Slack has said which one that is; what
        comes is signed for this app either way.
        """
        if self._token is None:
            return await self.installations.find(workspace)
        if self._own is not None and workspace != self._own:
            return None
        return Installed(self._token, self._bot_user, 0.0)

    async def learn(self) -> None:
        """Asks Slack once whose the single token is, however long Slack is away."""
        delay = 1.0
        while self._token is not None and self._own is None:
            try:
                answer = await self._api.call("auth.test", self._token, {})
            except (RefusedError, SetupError) as fault:
                log.exception("slack_token_refused", reason=str(fault))
                return
            except (NotSentError, UnclearError, aiohttp.ClientError, TimeoutError):
                await asyncio.sleep(delay)
                delay = min(delay * 2, _SLOWEST_SECONDS)
                continue
            self._bot_user = string(answer, "user_id") or None
            org_wide = answer.get("is_enterprise_install") is True
            place = string(answer, "enterprise_id") if org_wide else string(answer, "team_id")
            self._own = workspace_id(place)
            return
