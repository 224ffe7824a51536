"""Bolt's stores over the vault: which workspaces have installed the app, and the installs under way."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from dataclasses import asdict, dataclass, field
from logging import Logger

from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from channels.contract import Vault
from channels.slack.quiet import LOGGER

#: An admin has this long to agree.
STATE_SECONDS = 600

_STATE = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Installed:
    """What we keep of an installation: enough to speak in that workspace, nothing about who made it."""

    bot_token: str = field(repr=False)
    bot_user: str | None
    installed_at: float


class VaultInstallations(AsyncInstallationStore):
    """One entry a workspace, or one for a whole organisation. The host seals what the vault holds."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    @property
    def logger(self) -> Logger:
        """Where Bolt would write about this store."""
        return LOGGER

    async def find(self, workspace: str) -> Installed | None:
        """The installation of a workspace (T…) or of an organisation (E…)."""
        kept = await self._vault.get(_entry(workspace))
        return None if kept is None else Installed(**json.loads(kept))

    async def remove(self, workspace: str, *, before: float | None = None) -> bool:
        """Forgets it, unless it was made after `before`: Slack may tell late what a new one has mended."""
        installed = await self.find(workspace)
        if installed is None or (before is not None and installed.installed_at > before):
            return False
        await self._vault.remove(_entry(workspace))
        return True

    async def async_save(self, installation: Installation) -> None:
        """Keeps the bot's token; another install of the same workspace replaces it."""
        await self.async_save_bot(installation.to_bot())

    async def async_save_bot(self, bot: Bot) -> None:
        """The same, of a bot."""
        workspace = _workspace(bot.enterprise_id, bot.team_id, org_wide=bot.is_enterprise_install)
        if workspace is None:
            raise ValueError("an installation without a workspace")
        kept = Installed(bot.bot_token, bot.bot_user_id, bot.installed_at)
        await self._vault.put(_entry(workspace), json.dumps(asdict(kept)))

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """The bot of that workspace, or of its organisation if the app is installed org-wide."""
        workspace = _workspace(enterprise_id, team_id, org_wide=bool(is_enterprise_install))
        installed = None if workspace is None else await self.find(workspace)
        if installed is None:
            return None
        return Bot(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=installed.bot_token,
            bot_id="",
            bot_user_id=installed.bot_user or "",
            is_enterprise_install=is_enterprise_install,
            installed_at=installed.installed_at,
        )

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """The same as an installation; nothing is kept about the person who made it."""
        bot = await self.async_find_bot(
            enterprise_id=enterprise_id, team_id=team_id, is_enterprise_install=is_enterprise_install
        )
        if bot is None:
            return None
        return Installation(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=bot.bot_token,
            bot_id=bot.bot_id,
            bot_user_id=bot.bot_user_id,
            user_id=user_id or "",
            is_enterprise_install=is_enterprise_install,
            installed_at=bot.installed_at,
        )

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forgets the workspace's token, or the organisation's if no workspace is named."""
        workspace = _workspace(enterprise_id, team_id, org_wide=False)
        if workspace is not None:
            await self.remove(workspace)

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Nothing: no user's token is ever kept."""


class VaultStates(AsyncOAuthStateStore):
    """A state is good once and for ten minutes, on whichever replica the admin comes back to."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    @property
    def logger(self) -> Logger:
        """Where Bolt would write about this store."""
        return LOGGER

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        """A new one."""
        state = secrets.token_urlsafe(32)
        await self._vault.put(_state(state), "open", seconds=STATE_SECONDS)
        return state

    async def async_consume(self, state: str) -> bool:
        """Whether it is good; afterwards it is not."""
        return bool(_STATE.fullmatch(state)) and await self._vault.take(_state(state)) is not None


def _workspace(enterprise_id: str | None, team_id: str | None, *, org_wide: bool | None) -> str | None:
    return enterprise_id if org_wide or team_id is None else team_id


def _entry(workspace: str) -> str:
    return f"slack:installation:{workspace}"


def _state(state: str) -> str:
    return f"slack:state:{hashlib.sha256(state.encode()).hexdigest()}"
