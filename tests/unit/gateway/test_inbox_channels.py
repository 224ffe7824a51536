"""Messages of channels that are sent to: taken in once and answered, whatever the platform does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.conversations import ReplyKind
from bot.domain.errors import ConflictError, NotFoundError
from bot.domain.inbox import Event
from bot.services import inbox
from bot.services.inbox import REFUSED_ABOVE, IdReusedError, Incoming
from channels.contract import Inbound
from tests.unit.gateway.connected import Pagers, connected
from tests.unit.gateway.support import until


@pytest.fixture
async def pagers(tmp_path: Path) -> AsyncIterator[Pagers]:
    """A gateway with pagers, one of whose users the platform vouches for."""
    async with connected(tmp_path) as made:
        made.channel.emails["77"] = "demo-solo@example.com"
        yield made


async def test_one_message_cancels(pagers: Pagers) -> None:
    """P1, P5: the confirmation, then the question, each a message of its own; before, that it is at work."""
    await pagers.write("I want to cancel")
    confirmation, _ = await pagers.answered()
    assert confirmation.startswith("cancel_done")
    kinds = [reply.kind for _, reply in pagers.channel.sent]
    assert kinds == [ReplyKind.RECEIPT, ReplyKind.EXIT_QUESTION]
    assert pagers.channel.shown == ["77"]
    assert [message.text for message in pagers.transcript()] == ["I want to cancel", *pagers.said()]


async def test_the_first_message_begins_a_conversation(pagers: Pagers) -> None:
    """In the platform's language, where it is spoken here; the next ones go on in it."""
    await pagers.write("hello", locale="de-AT")
    await pagers.write("hello again", locale="en")
    await pagers.write("hello", "78", locale="fr")
    await pagers.answered()
    await pagers.answered("78")
    with pagers.runtime.deps.store.begin() as work:
        locales = {
            address: found.locale
            for address in ("77", "78")
            if (found := work.conversations.by_address("pager", address)) is not None
        }
    assert locales == {"77": "de", "78": "en"}
    assert [reply.locale for address, reply in pagers.channel.sent if address == "77"] == ["de", "de"]


async def test_two_first_messages_at_once_are_one_conversation(pagers: Pagers) -> None:
    """Both answered in it."""
    await asyncio.gather(*(pagers.write(f"hello {number}") for number in range(8)))
    assert len(await pagers.answered()) == 8
    assert len({message.conversation_id for message in pagers.transcript()}) == 1


async def test_a_message_that_comes_again_and_again_is_one(pagers: Pagers) -> None:
    """P2: twenty times at once and once more when it is answered: one inbox id, one effect, one answer."""
    ids = await asyncio.gather(*(pagers.write("I want to cancel", key="update 7") for _ in range(20)))
    arrived = await pagers.answered()
    ids.append(await pagers.write("I want to cancel", key="update 7"))
    assert len(set(ids)) == 1
    assert await pagers.answered() == arrived
    assert len(arrived) == 2
    with pagers.runtime.deps.store.begin() as work:
        assert len(work.operations.of_customer("demo-solo")) == 1


async def test_a_button_nobody_knows_is_answered_with_a_question(pagers: Pagers) -> None:
    """Never an error, and never silence; the same press again is the same message."""
    ids = [await pagers.write(button="gone", key="press 7") for _ in range(3)]
    assert len(set(ids)) == 1
    (arrived,) = await pagers.answered()
    assert arrived.startswith("clarify")
    assert [text for _, text in pagers.rasa.asked] == ["nlu_fallback"]
    assert await pagers.write(button="gone", key="press 7") == ids[0]
    assert await pagers.answered() == [arrived]


async def test_a_button_works_in_its_own_chat_only(pagers: Pagers) -> None:
    """P3: in another one it is one that nobody knows."""
    await pagers.write("I want to cancel")
    await pagers.answered()
    token = next(
        token for _, reply in pagers.channel.sent for name, _, token in reply.buttons if name == "undo"
    )
    await pagers.write(button=token, address="78")
    (other,) = await pagers.answered("78")
    assert other.startswith("clarify")
    await pagers.write(button=token)
    assert (await pagers.answered())[-1].startswith("undo_done")


@pytest.mark.parametrize(
    "fields", [{"text": "I want to cancel"}, {"button": "gone"}, {"event": Event.CANCEL}]
)
async def test_an_id_that_comes_again_with_something_else(pagers: Pagers, fields: dict[str, Any]) -> None:
    """It is taken as received, and nothing comes of it."""
    await pagers.write("hello", key="update 7")
    arrived = await pagers.answered()
    assert await pagers.write(key="update 7", **fields) == ""
    assert await pagers.answered() == arrived
    assert len(pagers.transcript()) == 2


async def test_who_writes_too_much_is_told_once_a_minute(pagers: Pagers) -> None:
    """As received too: the platform is not to send it again; nobody else is held up."""
    for minute, arrived in ((1, 20 + 1), (2, 40 + 1 + 20 + 1)):
        ids = [await pagers.write(f"hello {number}") for number in range(REFUSED_ABOVE + 5)]
        assert ids[REFUSED_ABOVE:] == [""] * 5
        assert all(ids[:REFUSED_ABOVE])
        assert pagers.said().count("too_fast") == minute
        assert await pagers.write("hello", f"other {minute}")
        assert await pagers.answered(f"other {minute}") == ["hello there"]
        # All but those that are slowed down, so that no lease runs out when time goes on.
        await until(lambda arrived=arrived: pagers.arrived() == arrived)  # type: ignore[misc]  # binds it
        pagers.clock.advance(seconds=61)
    assert len(await pagers.answered()) == 2 * REFUSED_ABOVE + 2
    assert pagers.channel.texts("77").count("too_fast") == 2


async def test_what_the_store_has_no_room_for_is_sent_again(
    pagers: Pagers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A conflict is the channel's to know: it lets the platform send the message again, with the same id."""
    accept, busy = inbox.accept, [1, 2]

    def sometimes(deps: object, incoming: Incoming) -> str:
        if busy:
            busy.pop()
            raise ConflictError("busy")
        return accept(deps, incoming)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(inbox, "accept", sometimes)
    for _ in range(2):
        with pytest.raises(ConflictError, match="busy"):
            await pagers.write("hello", key="update 7")
    assert await pagers.write("hello", key="update 7")
    assert await pagers.answered() == ["hello there"]


async def test_when_it_was_said_is_the_platforms_word(pagers: Pagers) -> None:
    """P4: by its clock, unless that is ahead of ours."""
    ours = pagers.clock.now()
    for key, minutes in (("early", -5), ("ahead", 5)):
        await pagers.write("hello", key=key, said_at=ours + timedelta(minutes=minutes))
    here = pagers.conversation()
    with pagers.runtime.deps.store.begin() as work:
        found = [work.inbox.find(here, key) for key in ("early", "ahead")]
    assert [entry and entry.said_at for entry in found] == [ours - timedelta(minutes=5), ours]
    await pagers.answered()


async def test_an_event_is_answered_like_a_text(pagers: Pagers) -> None:
    """The platform's own command, for one."""
    await pagers.write("/cancel", event=Event.CANCEL)
    assert len(await pagers.answered()) == 2
    assert [text for _, text in pagers.rasa.asked] == ["cancel"]


async def test_a_channel_that_is_fetched_from_is_told(pagers: Pagers) -> None:
    """The website's client sees for itself what is wrong with what it sent."""
    await pagers.write("hello")
    await pagers.answered()
    receive, here = pagers.runtime.inbox.receive, pagers.conversation()
    with pytest.raises(NotFoundError):
        await receive(Inbound("web", here, "1", button="gone"))
    assert await receive(Inbound("web", here, "2", "hello"))
    with pytest.raises(IdReusedError):
        await receive(Inbound("web", here, "2", "something else"))
    await pagers.answered()


async def test_a_channel_is_started_and_stopped_with_the_gateway(tmp_path: Path) -> None:
    """What is being answered when it stops still goes out."""
    async with connected(tmp_path) as pagers:
        gate = pagers.rasa.gate = asyncio.Event()
        assert pagers.channel.receive is not None
        await pagers.channel.receive(Inbound("pager", "77", "1", "hello"))
        await until(lambda: pagers.rasa.waiting == 1)
        assert not pagers.channel.stopped

        async def answer() -> None:
            await until(lambda: pagers.runtime.turns._closing)
            gate.set()

        answering = asyncio.create_task(answer())
    await answering
    assert pagers.channel.stopped
    assert pagers.channel.texts("77") == ["hello there"]
