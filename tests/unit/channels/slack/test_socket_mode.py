from __future__ import annotations

import asyncio
import time

import pytest

from channels.contract import Inbound
from channels.slack import socket_mode
from channels.slack.adapter import SlackChannel
from tests.fixtures.slack.stand_in import SlackStandIn
from tests.unit.channels.slack.support import Received, config, host, reply, running, until


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket_mode, "_FIRST_SECONDS", 0.02)


def channel(slack: SlackStandIn) -> SlackChannel:
    """One replica in Socket Mode."""
    settings = config(slack.url, app_token=slack.app_token, signing_secret=None)
    return SlackChannel(settings, host())


async def test_a_message_is_answered(slack: SlackStandIn) -> None:
    """In over the socket, out by the Web API; stored before it is acknowledged."""
    user, received = slack.workspace("T1").user("U1"), Received()
    async with running(channel(slack), received) as ours:
        said = user.says("I want to cancel & go <now>")
        await until(lambda: bool(received.messages))
        await ours.send(received.messages[0].address, reply("Done.", ("undo", "Undo", "tok")))
        assert await asyncio.to_thread(said.wait)

    assert received.messages[0] == Inbound(
        "slack", "T1:U1", said.id, text="I want to cancel & go <now>", said_at=received.messages[0].said_at
    )
    assert [(item.words, item.buttons) for item in user.received()] == [("Done.", [("Undo", "tok")])]


async def test_no_acknowledgement_before_it_is_stored(slack: SlackStandIn) -> None:
    """While storing takes its time Slack hears nothing, and no call is made; then it is acknowledged."""
    user, received = slack.workspace("T1").user("U1"), Received()
    received.gate.clear()
    async with running(channel(slack), received):
        mentioned = user.mentions("C1", "cancel")
        await asyncio.wait_for(received.waiting.wait(), 20)
        assert not mentioned.acked.is_set()
        assert not any(call.method == "chat.postEphemeral" for call in slack.calls)
        received.gate.set()
        assert await asyncio.to_thread(mentioned.wait)
        await until(lambda: user.ephemeral == ["slack_answered_privately()"])


async def test_what_could_not_be_stored_comes_again(slack: SlackStandIn) -> None:
    """A fault is no acknowledgement: the same message comes again under the same id."""
    user, received = slack.workspace("T1").user("U1"), Received(fault=RuntimeError("no database"))
    async with running(channel(slack), received):
        said = user.says("cancel")
        await until(received.waiting.is_set)
        received.fault = None
        assert await asyncio.to_thread(said.wait)

    assert said.attempts > 1
    assert [item.message_id for item in received.messages] == [said.id]


async def test_a_repeated_event_has_the_same_id(slack: SlackStandIn) -> None:
    """Slack may deliver twice; the inbox knows it by that."""
    user, received = slack.workspace("T1").user("U1"), Received()
    async with running(channel(slack), received):
        first = user.says("cancel")
        assert await asyncio.to_thread(first.wait)
        assert await asyncio.to_thread(slack.resend(first.id).wait)

    assert received.messages[0] == received.messages[1]


@pytest.mark.parametrize("how", ["drop_connections", "refresh_connections"])
async def test_it_connects_again(slack: SlackStandIn, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cut cable and Slack's own wish both end in a new connection, over which messages go on."""
    monkeypatch.setattr(socket_mode, "PING_SECONDS", 0.1)
    user, received = slack.workspace("T1").user("U1"), Received()
    async with running(channel(slack), received):
        await until(lambda: slack.connections == 1)
        opened = [call.method for call in slack.calls].count("apps.connections.open")
        getattr(slack, how)()
        await until(lambda: [c.method for c in slack.calls].count("apps.connections.open") > opened)
        assert await asyncio.to_thread(user.says("cancel").wait)
        await until(lambda: slack.connections == 1)

    assert received.messages[-1].text == "cancel"


async def test_slack_is_away_at_the_start(slack: SlackStandIn) -> None:
    """Starting waits for nothing and never fails; once Slack is back everything is as always."""
    user, received = slack.workspace("T1").user("U1"), Received()
    away = [
        slack.fail_next(method, status=503, times=None) for method in ("apps.connections.open", "auth.test")
    ]
    async with running(channel(slack), received):
        said = user.says("cancel")
        await until(lambda: [call.method for call in slack.calls].count("apps.connections.open") > 1)
        for failure in away:
            failure.times = 0
        assert await asyncio.to_thread(said.wait)


async def test_a_ticket_is_used_once(slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """If connecting fails, another address is asked for: the first is no good any more."""
    user, received = slack.workspace("T1").user("U1"), Received()
    connect = socket_mode.Connection._connect_once
    failed: list[str | None] = []

    async def lose_ticket(self: socket_mode.Connection) -> None:
        if not failed:
            failed.append(self.wss_uri)
            self.wss_uri = f"{slack.url.removesuffix('/api').replace('http', 'ws', 1)}/link/used"
        await connect(self)

    monkeypatch.setattr(socket_mode.Connection, "_connect_once", lose_ticket)
    async with running(channel(slack), received):
        assert await asyncio.to_thread(user.says("cancel").wait)


async def test_two_replicas(slack: SlackStandIn) -> None:
    """Each event goes to one of them; if that one dies unacknowledged, to the other."""
    user, first, second = slack.workspace("T1").user("U1"), Received(), Received()
    async with running(channel(slack), second):
        dying = channel(slack)
        await dying.start(first)
        await until(lambda: slack.connections == 2)
        said = [user.says(str(number)) for number in range(6)]
        for one in said:
            assert await asyncio.to_thread(one.wait)
        assert len(first.messages) == len(second.messages) == 3

        first.gate.clear()
        late = [user.says(text) for text in ("seven", "eight")]
        await asyncio.wait_for(first.waiting.wait(), 20)
        await dying.stop()
        for one in late:
            assert await asyncio.to_thread(one.wait)

    assert {item.text for item in second.messages} >= {"seven", "eight"}


async def test_stopping_is_prompt(slack: SlackStandIn) -> None:
    """Also when it never connected; and the socket is gone afterwards."""
    ours, received = channel(slack), Received()
    await ours.start(received)
    await until(lambda: slack.connections == 1)
    began = time.monotonic()
    await ours.stop()
    assert time.monotonic() - began < 2
    await until(lambda: slack.connections == 0)

    never = SlackChannel(config("http://127.0.0.1:9/api", app_token="xapp"), host())
    await never.start(received)
    await never.stop()
    await never.stop()
