"""The Bolt app: what Slack tells is stored, then acknowledged; only then is Slack asked for anything."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Protocol

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.response import BoltResponse

from channels.contract import Receive
from channels.slack import parse
from channels.slack.addresses import Address, installed_in
from channels.slack.in_order import InOrder
from channels.slack.payloads import Json, inside, string
from channels.slack.quiet import LOGGER
from channels.slack.web_api import WebApi
from channels.slack.workspaces import Workspaces

log = structlog.get_logger(__name__)

#: What is done once Slack has its acknowledgement.
Afterwards = list[Callable[[], Awaitable[None]]]

_ANY = re.compile(r".*", re.DOTALL)
# These say that a workspace is gone, so they come when its token is no longer good.
_FAREWELLS = ("app_uninstalled", "tokens_revoked")
_WORKSPACE, _AFTERWARDS, _SAID_AT = "fairwell_workspace", "fairwell_afterwards", "fairwell_said_at"


class Effects(Protocol):
    """What a channel does besides taking messages in. Each is a courtesy: if it fails, nothing is lost."""

    async def answer_privately(self, address: Address, channel: str) -> None:
        """Tells somebody who spoke in a channel that the answer is in their direct messages."""
        ...

    async def show_home(self, address: Address) -> None:
        """Draws the home tab."""
        ...

    async def mark_used(self, address: Address, body: Json) -> None:
        """Takes the buttons off the message one of which was pressed."""
        ...

    def words(self, name: str, locale: str | None) -> str:
        """A message of data/responses."""
        ...


class _Tokens(AsyncAuthorize):
    """Which token an event is handled with. Slack is never asked: its answer would stand before ours."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,
        actor_team_id: str | None = None,
        actor_user_id: str | None = None,
    ) -> AuthorizeResult:
        """The installation the event was sent to; without a token if we know of none."""
        workspace: str | None = context[_WORKSPACE]
        installed = None if workspace is None else await self._workspaces.find(workspace)
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            user_id=user_id,
            bot_token=installed.bot_token if installed else None,
            bot_user_id=installed.bot_user if installed else None,
        )


class Listeners:
    """Bolt's app for one receiver, with listeners for everything that can come."""

    def __init__(self, receive: Receive, workspaces: Workspaces, api: WebApi, effects: Effects) -> None:
        self._receive = receive
        self._workspaces = workspaces
        self._effects = effects
        self._in_order = InOrder()
        # Requests are verified before Bolt reads them, and who wrote a message is decided in parse.
        self._app = AsyncApp(
            name="channels.slack.library",
            logger=LOGGER,
            client=api.client(),
            authorize=_Tokens(workspaces),
            process_before_response=True,
            request_verification_enabled=False,
            ignoring_self_events_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        self._app.middleware(self._known_only)
        self._app.error(self._failed)
        for farewell in _FAREWELLS:
            self._app.event(farewell)(self._gone)
        self._app.event(_ANY)(self._event)
        self._app.command(_ANY)(self._command)
        self._app.action(_ANY)(self._press)

    async def dispatch(
        self, body: Mapping[str, object], mode: str, said_at: datetime | None = None
    ) -> tuple[BoltResponse, Afterwards]:
        """The answer to Slack, and what to do once it was given. Status 200 is an acknowledgement."""
        afterwards: Afterwards = []
        given = {_WORKSPACE: installed_in(body), _AFTERWARDS: afterwards, _SAID_AT: said_at}
        # Bolt is given parsed bodies in both modes; this mode is how it is told so.
        if not _readable(body):
            log.warning("slack_unreadable", mode=mode)
            return BoltResponse(status=200, body=""), []
        try:
            request = AsyncBoltRequest(mode="socket_mode", body=dict(body), context=given)
            async with self._in_order.turn_of(body):
                response = await self._app.async_dispatch(request)
        except Exception:
            # Bolt looks into bodies without looking first.
            log.exception("slack_listener_failed")
            response = BoltResponse(status=500, body="")
        if response.status == 404:
            # Of no interest here. Not acknowledged, Slack would send it again.
            response = BoltResponse(status=200, body="")
        if response.status != 200:
            log.error("slack_not_taken_in", mode=mode, status=response.status)
            return response, []
        return response, afterwards

    async def _known_only(
        self, body: Json, context: AsyncBoltContext, next_: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        """Of a workspace we have no token for nothing is taken: nobody there could be answered."""
        if context.bot_token is None and string(inside(body, "event"), "type") not in _FAREWELLS:
            log.warning("slack_unknown_workspace", workspace=context[_WORKSPACE])
            return BoltResponse(status=200, body="")
        await next_()
        return None

    async def _failed(self, error: Exception) -> None:
        log.error("slack_listener_failed", exc_info=error)

    async def _event(self, body: Json, context: AsyncBoltContext) -> None:
        afterwards: Afterwards = context[_AFTERWARDS]
        opened = parse.opened_home(body)
        if opened is not None:
            afterwards.append(lambda: self._effects.show_home(opened))
        said = parse.event(body, context.bot_user_id)
        if said is None:
            return
        await self._receive(said)
        place, address = parse.said_in_channel(body), Address.read(said.address)
        if place is not None and address is not None:
            afterwards.append(lambda: self._effects.answer_privately(address, place))

    async def _command(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        said = parse.command(body, context[_SAID_AT])
        if said is None:
            await ack()
            return
        await self._receive(said)
        await ack(self._effects.words("slack_command_received", None))

    async def _press(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        pressed, address = parse.press(body), parse.address_of_press(body)
        if pressed is not None and address is not None:
            await self._receive(pressed)
            afterwards: Afterwards = context[_AFTERWARDS]
            afterwards.append(lambda: self._effects.mark_used(address, body))
        await ack()

    async def _gone(self, body: Json, context: AsyncBoltContext) -> None:
        """The app was removed, or its token taken back: the token is forgotten, unless it is a newer one."""
        happened, workspace = inside(body, "event"), context[_WORKSPACE]
        if workspace is None or not _concerns_bot(happened):
            return
        told = body.get("event_time")
        before = float(told) + 1 if isinstance(told, int | float) else None
        removed = await self._workspaces.installations.remove(workspace, before=before)
        if removed:
            log.info("slack_workspace_gone", workspace=workspace)


def _readable(body: Json) -> bool:
    """Whether it has what every event and every press has; Bolt trips over what hasn't."""
    kind = string(body, "type")
    if kind == "event_callback":
        return bool(string(body, "event", "type"))
    actions = body.get("actions", [{}])
    return isinstance(actions, list) and bool(actions) and isinstance(actions[0], Mapping)


def _concerns_bot(happened: Json) -> bool:
    if string(happened, "type") == "app_uninstalled":
        return True
    bots = inside(happened, "tokens").get("bot")
    return isinstance(bots, list) and bool(bots)
