"""What one person says is taken in in the order in which it was said."""

from __future__ import annotations

import asyncio
import gc

from channels.contract import Inbound
from channels.slack.adapter import SlackChannel
from channels.slack.in_order import InOrder
from tests.fixtures.slack.stand_in import SlackStandIn
from tests.unit.channels.slack.support import config, host, running, until


def _of(user: str) -> dict[str, object]:
    return {"team_id": "T1", "event": {"user": user}}


async def test_slow_storing_is_not_overtaken(slack: SlackStandIn) -> None:
    """While one's first message is being stored, the second waits; somebody else's does not."""
    stored: list[str] = []
    slow = asyncio.Event()

    async def receive(inbound: Inbound) -> str:
        if inbound.text == "first":
            await slow.wait()
        stored.append(inbound.text or "")
        return inbound.message_id

    workspace = slack.workspace("T1")
    settings = config(slack.url, app_token=slack.app_token, signing_secret=None)
    async with running(SlackChannel(settings, host()), receive):
        workspace.user("U1").says("first")
        workspace.user("U1").says("second")
        workspace.user("U2").says("another's")
        await until(lambda: bool(stored))
        assert stored == ["another's"]
        slow.set()
        await until(lambda: len(stored) == 3)
    assert stored == ["another's", "first", "second"]


async def test_nobody_is_kept_in_mind() -> None:
    """The lock is one person's, and goes with its last holder."""
    order = InOrder()
    async with order.turn_of(_of("U1")):
        assert order.turn_of(_of("U1")).locked()
        assert not order.turn_of(_of("U2")).locked()
        assert not order.turn_of({"team_id": "T2", "event": {"user": "U1"}}).locked()
        assert order.turn_of({"team_id": "T1", "user": {"id": "U1"}}).locked()
        assert order.turn_of({"team_id": "T1", "user_id": "U1"}).locked()
    gc.collect()
    assert len(order) == 0
