from __future__ import annotations

import asyncio
import copy
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.domain.inbox import Event
from channels.contract import Inbound
from channels.telegram.api import BotApi
from channels.telegram.background import Background
from channels.telegram.commands import Me
from channels.telegram.intake import Intake
from tests.fixtures.telegram import updates

BASES = [item for item in updates.everything() if isinstance(item, dict)]
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["/cancel", "private", "used", "\ud83d", "77", 77, -77, 4242]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


class KnownApi:
    """Knows who the bot is; nobody is called back."""

    async def me(self) -> Me:
        """The bot."""
        return Me(4242, "fairwell_test_bot")


class Silent(Background):
    """Does none of what nobody waits for."""

    def run(self, work: Any) -> None:  # noqa: ANN401 - as it comes
        """Closes it."""
        work.close()


def taken_in(raw: object) -> list[Inbound]:
    """What comes of an update."""
    received: list[Inbound] = []

    async def receive(message: Inbound) -> str:
        received.append(message)
        return "in_1"

    with capture_logs():
        asyncio.run(Intake(cast("BotApi", KnownApi()), receive, Silent()).take(raw))
    return received


def places(value: object, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place, *(found for key, item in items for found in places(item, (*place, key)))]


def put(value: Any, place: tuple[Any, ...], junk: object) -> object:  # noqa: ANN401 - any JSON
    """The value with junk in one place."""
    if not place:
        return junk
    changed = copy.copy(value)
    changed[place[0]] = put(value[place[0]], place[1:], junk)
    return changed


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_no_update_raises(data: st.DataObject) -> None:
    """Whatever is put wherever into an update: at most one message, and one that the gateway can store."""
    raw = data.draw(st.sampled_from(BASES))
    changed = put(raw, data.draw(st.sampled_from(places(raw))), data.draw(JUNK))
    received = taken_in(changed)
    assert len(received) <= 1
    for message in received:
        assert message.channel == "telegram"
        assert int(message.address) != 0
        assert int(message.message_id) or message.message_id == "0"
        assert message.button is None or (message.text is None and message.event is None)
        for text in (message.text, message.button, message.locale):
            assert text is None or text.encode("utf-8") is not None
        assert int(message.address) > 0 or (message.event is Event.PUBLIC and message.text is None)


@given(JUNK)
def test_junk_is_no_message(junk: object) -> None:
    """Nothing comes of what is no update."""
    assert taken_in(junk) == []
