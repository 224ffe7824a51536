"""Installing the app in a workspace: off to Slack with a state, and back with a code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import aiohttp
import structlog
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import Installation
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from channels.contract import Host
from channels.slack.config import SlackConfig
from channels.slack.installations import VaultInstallations, VaultStates
from channels.slack.pages import HEADERS, page
from channels.slack.payloads import string
from channels.slack.quiet import LOGGER
from channels.slack.web_api import WebApi

log = structlog.get_logger(__name__)

INSTALL_PATH = "/channels/slack/install"
CALLBACK_PATH = "/channels/slack/oauth"

#: All that the app needs: to write, to read what is written to it, its command and mentions.
SCOPES = ("app_mentions:read", "chat:write", "commands", "im:history")
#: For the e-mail address of a profile, where an operator trusts workspaces.
PROFILE_SCOPES = ("users:read", "users:read.email")


def scopes(config: SlackConfig) -> Sequence[str]:
    """The scopes a workspace is asked for."""
    return (*SCOPES, *PROFILE_SCOPES) if config.trusted_workspaces else SCOPES


class _Flow(AsyncOAuthFlow):
    """Bolt's flow, which would ask for more than is kept, and sign in a way that its HTTP client gives up."""

    async def run_installation(self, code: str) -> Installation | None:
        """The installation that Slack gives for a code, or None if it gives none."""
        asked = {
            "code": code,
            "client_id": self.settings.client_id,
            "client_secret": self.settings.client_secret,
            "redirect_uri": self.settings.redirect_uri,
        }
        try:
            answer = await self.client.api_call("oauth.v2.access", data=asked)
        except SlackApiError:
            return None
        granted = answer.data if isinstance(answer.data, dict) else {}
        return Installation(
            app_id=string(granted, "app_id"),
            enterprise_id=string(granted, "enterprise", "id") or None,
            team_id=string(granted, "team", "id") or None,
            bot_token=string(granted, "access_token"),
            bot_user_id=string(granted, "bot_user_id"),
            # Nothing is kept about the person who agreed.
            user_id="",
            is_enterprise_install=granted.get("is_enterprise_install") is True,
        )


class Install:
    """Bolt's flow with our words. The state is bound to the browser by a cookie and good once."""

    def __init__(self, config: SlackConfig, host: Host, api: WebApi, store: VaultInstallations) -> None:
        self._host = host
        settings = AsyncOAuthSettings(
            client_id=config.client_id,
            client_secret=config.client_secret,
            scopes=scopes(config),
            user_scopes=[],
            redirect_uri=f"{config.public_url}{CALLBACK_PATH}",
            install_path=INSTALL_PATH,
            install_page_rendering_enabled=False,
            redirect_uri_path=CALLBACK_PATH,
            authorization_url=config.authorize_url,
            callback_options=AsyncCallbackOptions(success=self._installed, failure=self._failed),
            installation_store=store,
            state_store=VaultStates(host.vault),
            logger=LOGGER,
        )
        self._flow = _Flow(client=api.client(), logger=LOGGER, settings=settings)

    def routes(self) -> Sequence[Route]:
        """The way there and the way back."""
        return (
            Route(INSTALL_PATH, self._begin, methods=["GET"]),
            Route(CALLBACK_PATH, self._callback, methods=["GET"]),
        )

    async def _begin(self, request: Request) -> Response:
        return _response(await self._flow.handle_installation(_bolt(request)))

    async def _callback(self, request: Request) -> Response:
        try:
            return _response(await self._flow.handle_callback(_bolt(request)))
        except (aiohttp.ClientError, TimeoutError) as fault:
            log.warning("slack_install_failed", reason=type(fault).__name__)
            return _response(self._page("slack_install_failed_title", "slack_install_failed", 502))

    async def _installed(self, arguments: AsyncSuccessArgs) -> BoltResponse:
        installation = arguments.installation
        org_wide = installation.is_enterprise_install
        workspace = installation.enterprise_id if org_wide else installation.team_id
        log.info("slack_installed", workspace=workspace)
        return self._page("slack_installed_title", "slack_installed", 200)

    async def _failed(self, arguments: AsyncFailureArgs) -> BoltResponse:
        # Slack's word for it can be anything that somebody puts into an address.
        known = {"access_denied", "invalid_browser", "invalid_code", "invalid_state", "missing_code"}
        reason = arguments.reason if arguments.reason in known else "other"
        log.warning("slack_install_failed", reason=reason)
        if reason == "access_denied":
            return self._page("slack_install_refused_title", "slack_install_refused", 400)
        return self._page("slack_install_failed_title", "slack_install_failed", 400)

    def _page(self, title: str, text: str, status: int) -> BoltResponse:
        body = page(self._host.words(title, None), self._host.words(text, None), self._host.language)
        headers: dict[str, str | Sequence[str]] = dict(HEADERS)
        return BoltResponse(status=status, body=body, headers=headers)


def _bolt(request: Request) -> AsyncBoltRequest:
    query: Mapping[str, Sequence[str]] = {key: [value] for key, value in request.query_params.items()}
    return AsyncBoltRequest(body="", query=dict(query), headers=dict(request.headers.items()))


def _response(answer: BoltResponse) -> Response:
    response = Response(answer.body, answer.status, answer.first_headers_without_set_cookie())
    for value in answer.headers.get("set-cookie", []):
        response.headers.append("set-cookie", f"{value}; SameSite=Lax")
    return response
