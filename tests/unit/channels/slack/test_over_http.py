"""The channel's routes on a real server, called by a real stand-in: everything a customer can do there."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.applications import Starlette

from bot.domain.conversations import RenderedReply
from bot.domain.inbox import Event
from channels.contract import Host, Inbound
from channels.slack.adapter import SlackChannel
from tests.fixtures.listening import listen_no_more
from tests.fixtures.slack import block_rules
from tests.fixtures.slack.people import User
from tests.fixtures.slack.stand_in import SlackStandIn
from tests.unit.channels.slack.support import Received, config, host, reply, running, until


@asynccontextmanager
async def served(channel: SlackChannel, received: Received) -> AsyncIterator[str]:
    """The channel on a port; gives the address for Slack."""
    app = Starlette(routes=list(channel.routes(received)))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="none"))
        serving = asyncio.create_task(server._serve([listener]))
        await until(lambda: server.started)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/channels/slack"
        await listen_no_more(server.servers)
        server.should_exit = True
        await serving


class Place:
    """A workspace with one person, and a channel that answers."""

    def __init__(self, slack: SlackStandIn, gateway: Host) -> None:
        self.slack = slack
        self.user: User = slack.workspace("T1").user("U1")
        self.received = Received()
        self.channel = SlackChannel(config(slack.url), gateway)

    async def last(self) -> Inbound:
        """What came in last."""
        await until(lambda: bool(self.received.messages))
        return self.received.messages.pop()


@pytest.fixture
async def place(slack: SlackStandIn) -> AsyncIterator[Place]:
    """Slack calls the channel."""
    made = Place(slack, host(overview=[reply("Pro.", ("cancel_now", "Cancel now", "tok-home"))]))
    async with running(made.channel, made.received), served(made.channel, made.received) as url:
        slack.use_http(url)
        yield made


async def test_there_and_back(place: Place) -> None:
    """Said, taken in, answered."""
    assert await asyncio.to_thread(place.user.says("cancel").wait)
    said = await place.last()
    await place.channel.send(said.address, reply(f"You said: {said.text}"))
    assert [item.words for item in place.user.received()] == ["You said: cancel"]


async def test_slow_answers_hold_nothing_up(place: Place) -> None:
    """Acknowledgements come at once although no answer is ready yet, for as many messages as there are."""
    ready = asyncio.Event()
    answering: list[asyncio.Task[None]] = []

    async def answer_late(said: Inbound) -> None:
        await ready.wait()
        await place.channel.send(said.address, reply(said.text or ""))

    place.received.answer = lambda said: answering.append(asyncio.create_task(answer_late(said)))
    said = [place.user.says(str(number)) for number in range(10)]
    for one in said:
        assert await asyncio.to_thread(one.wait)
    assert not place.user.received()
    ready.set()
    await asyncio.gather(*answering)

    assert max(one.seconds for one in said) < 3
    assert {item.text for item in place.user.received()} == {str(number) for number in range(10)}


async def test_a_mention_is_answered_in_private(place: Place) -> None:
    """Only a note in the channel, and only for who spoke."""
    assert await asyncio.to_thread(place.user.mentions("C1", "cancel").wait)
    assert (await place.last()).text == "cancel"
    await until(lambda: place.user.ephemeral == ["slack_answered_privately()"])
    note = next(call for call in place.slack.calls if call.method == "chat.postEphemeral")
    assert (note.arguments["channel"], note.arguments["user"]) == ("C1", "U1")


async def test_the_command(place: Place) -> None:
    """Acknowledged with a sentence."""
    told = place.user.commands("logout")
    assert await asyncio.to_thread(told.wait)
    assert told.answer == "slack_command_received()"
    assert (await place.last()).event is Event.LOG_OUT


async def test_a_press(place: Place) -> None:
    """Taken in; then the buttons give way to a tick, and the receipt's link stays."""
    await place.channel.send("T1:U1", reply("Done.", ("undo", "Undo", "tok"), receipt=True))
    assert await asyncio.to_thread(place.user.presses("tok").wait)
    assert (await place.last()).button == "tok"
    await until(lambda: "✓ Undo" in place.user.received()[0].words)
    sent = place.user.received()[0]
    assert [title for title, _ in sent.buttons] == ["slack_receipt_link(en)"]

    assert await asyncio.to_thread(place.user.presses("slack_receipt_link(en)").wait)
    assert place.received.messages == []


async def test_a_press_is_not_lost_with_its_tick(place: Place) -> None:
    """Slack refuses the tick: the press counts all the same."""
    place.slack.fail_next("chat.update", error="cant_update_message")
    await place.channel.send("T1:U1", reply("Done.", ("undo", "Undo", "tok")))
    assert await asyncio.to_thread(place.user.presses("tok").wait)
    assert (await place.last()).button == "tok"
    await until(lambda: any(call.method == "chat.update" for call in place.slack.calls))


async def test_the_home_tab(place: Place) -> None:
    """Drawn when it is opened, with buttons that work, and drawn again after the answer to a press there."""
    assert await asyncio.to_thread(place.user.opens_home().wait)
    await until(lambda: place.user.home() is not None)
    assert place.received.messages == []
    drawn = sum(call.method == "views.publish" for call in place.slack.calls)

    assert await asyncio.to_thread(place.user.presses("tok-home").wait)
    assert (await place.last()).button == "tok-home"
    await place.channel.send("T1:U1", reply("Later."))
    await until(lambda: sum(call.method == "views.publish" for call in place.slack.calls) > drawn)
    view = place.user.home() or {}
    assert block_rules.complaint(view["blocks"], "home") is None


async def test_wishes_to_draw_are_put_together(slack: SlackStandIn) -> None:
    """Three receipts at once need no three drawings, but one that began after the last."""
    user, asked, gate = slack.workspace("T1").user("U1"), 0, asyncio.Event()

    async def overview(_: str) -> Sequence[RenderedReply]:
        nonlocal asked
        asked += 1
        await gate.wait()
        return [reply(f"drawing {asked}")]

    given = host()
    channel = SlackChannel(config(slack.url), Host(given.words, given.only_one, given.vault, overview))
    for _ in range(3):
        await channel.send("T1:U1", reply("Done.", receipt=True))
    await until(lambda: asked == 1)
    gate.set()
    await until(lambda: "drawing 2" in block_rules.words((user.home() or {"blocks": []})["blocks"]))
    assert asked == 2
    await channel.stop()


async def test_edits_and_deletions(place: Place) -> None:
    """They are told as what they are."""
    assert await asyncio.to_thread(place.user.edits("cancel", "keep").wait)
    assert (await place.last()).event is Event.EDITED
    assert await asyncio.to_thread(place.user.deletes("cancel").wait)
    assert (await place.last()).event is Event.DELETED


async def test_retries(place: Place) -> None:
    """What the inbox refused comes again with Slack's retry headers, under the same id, until it is taken."""
    place.received.fault = RuntimeError("no database")
    said = place.user.says("cancel")
    await until(lambda: said.statuses == [500])
    place.received.fault = None
    assert await asyncio.to_thread(said.wait)
    assert (await place.last()).message_id == said.id
