"""The stand-in is as strict as Slack: what it lets through may be relied on."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from channels.contract import NotSentError, RefusedError
from channels.slack.web_api import MalformedError, SetupError, WebApi
from tests.fixtures.slack import block_rules
from tests.fixtures.slack.stand_in import SlackStandIn
from tests.unit.channels.slack.support import config

TEXT = {"type": "plain_text", "text": "x"}


def button(**more: Any) -> dict[str, Any]:
    """A button that is as it should be, but for `more`."""
    return {"type": "button", "action_id": "a", "text": TEXT, "value": "v", **more}


@pytest.mark.parametrize(
    "block",
    [
        {"type": "section", "text": {"type": "plain_text", "text": "x" * 3001}},
        {"type": "section", "text": {"type": "plain_text", "text": ""}},
        {"type": "section", "text": {"type": "plain_text", "text": "x", "verbatim": True}},
        {"type": "section"},
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}},
        {"type": "context", "elements": []},
        {"type": "actions", "elements": []},
        {"type": "actions", "elements": [button(), button()]},
        {"type": "actions", "elements": [button(action_id=str(number)) for number in range(26)]},
        {"type": "actions", "elements": [button(text={"type": "plain_text", "text": "x" * 76})]},
        {"type": "actions", "elements": [button(value="x" * 2001)]},
        {"type": "actions", "elements": [button(url="javascript:alert(1)")]},
        {"type": "actions", "elements": [button(action_id="")]},
        {"type": "section", "text": TEXT, "block_id": "x" * 256},
        {"type": "video"},
    ],
)
def test_blocks_that_slack_refuses(block: dict[str, Any]) -> None:
    """Its documented limits."""
    assert block_rules.complaint([block]) is not None


def test_whole_messages() -> None:
    """So many blocks, and each id once."""
    assert block_rules.complaint([{"type": "divider"}] * 51) is not None
    assert block_rules.complaint([{"type": "divider", "block_id": "a"}] * 2) is not None
    assert block_rules.complaint([{"type": "divider"}] * 51, "home") is None
    assert block_rules.complaint([{"type": "actions", "elements": [button()]}]) is None


async def test_the_web_api_refuses(slack: SlackStandIn) -> None:
    """Unknown methods, tokens and people, empty messages and broken blocks."""
    slack.workspace("T1").user("U1")
    api = WebApi(config(slack.url))
    with pytest.raises(NotSentError, match="unknown_method"):
        await api.call("chat.shout", "xoxb-T1", {})
    with pytest.raises(SetupError):
        await api.call("chat.postMessage", "xoxb-nobody", {"channel": "U1", "text": "x"})
    with pytest.raises(RefusedError, match="nobody there"):
        await api.call("chat.postMessage", "xoxb-T1", {"channel": "U9", "text": "x"})
    with pytest.raises(NotSentError, match="no_text"):
        await api.call("chat.postMessage", "xoxb-T1", {"channel": "U1"})
    with pytest.raises(MalformedError):
        await api.call("chat.postMessage", "xoxb-T1", {"channel": "U1", "blocks": [{"type": "video"}]})
    with pytest.raises(NotSentError, match="message_not_found"):
        await api.call("chat.update", "xoxb-T1", {"channel": "U1", "ts": "1.0", "text": "x"})
    opened = await api.call("conversations.open", "xoxb-T1", {"users": "U1"}, form=True)
    assert opened["channel"] == {"id": "DU1"}
    assert slack.calls[0].outcome == "unknown_method"


async def test_slack_gives_up(slack: SlackStandIn) -> None:
    """An event is told four times in all, a command and a press once, a press on nothing never."""
    slack.use_http("http://127.0.0.1:9/channels/slack")
    user = slack.workspace("T1").user("U1")
    said, told = user.says("cancel"), user.commands()

    assert not await asyncio.to_thread(said.wait)
    assert not await asyncio.to_thread(told.wait)
    assert (said.attempts, told.attempts) == (4, 1)
    with pytest.raises(LookupError):
        user.presses("nothing")


async def test_no_socket_is_open(slack: SlackStandIn) -> None:
    """Then a command fails at once, and an event waits."""
    user = slack.workspace("T1").user("U1")
    said, told = user.says("cancel"), user.commands()
    assert not await asyncio.to_thread(told.wait)
    assert (said.attempts, said.given_up.is_set()) == (0, False)
