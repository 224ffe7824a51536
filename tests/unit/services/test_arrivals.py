from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from bot.domain.conversations import Author, Conversation
from bot.domain.customers import Role
from bot.domain.errors import ConflictError, NotFoundError
from bot.services import arrivals, overview
from bot.store.unit_of_work import SqlStore
from tests.fixtures.fakes import PlainSealer
from tests.fixtures.memory_chat import MemoryConversations
from tests.fixtures.stores import sqlite_engine, sqlite_template
from tests.unit.services.script import CANCEL, END_DATE
from tests.unit.services.secrecy import facts_of
from tests.unit.services.world import Chat, World

if TYPE_CHECKING:
    from pathlib import Path


def test_the_same_address_is_the_same_conversation(world: World) -> None:
    """As long as it is the same; on another channel it is somebody else."""
    first = world.chat_at("77")
    assert world.chat_at("77").id == first.id
    assert len({first.id, world.chat_at("78").id, world.chat_at("77", "slack").id}) == 3


@pytest.mark.parametrize(("wanted", "spoken"), [("de-AT", "de"), ("fr", "en"), (None, "en")])
def test_it_begins_in_the_language_of_the_platforms_hint(
    world: World, wanted: str | None, spoken: str
) -> None:
    """Where it is spoken here; a later hint changes nothing."""
    found = arrivals.conversation_at(world.deps, "telegram", "77", wanted)
    arrivals.conversation_at(world.deps, "telegram", "77", "de" if spoken == "en" else "en")
    assert Chat(world, found).state.locale == spoken


def test_two_who_begin_it_at_once_begin_one(tmp_path: Path) -> None:
    """On a real store, from eight threads."""
    with sqlite_engine(sqlite_template(tmp_path), tmp_path) as engine:
        shared = World(store=SqlStore(engine, PlainSealer()))
        found: list[str] = []
        gate = threading.Barrier(8)

        def begin() -> None:
            gate.wait()
            found.append(shared.chat_at("77").id)

        threads = [threading.Thread(target=begin) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def blind(monkeypatch: pytest.MonkeyPatch, at: set[int]) -> None:
    """Makes the look-ups with these numbers find nothing, as when another one began it in between."""
    look_up = MemoryConversations.by_address
    count = iter(range(100))

    def by_address(self: MemoryConversations, channel: str, address: str) -> Conversation | None:
        return None if next(count) in at else look_up(self, channel, address)

    monkeypatch.setattr(MemoryConversations, "by_address", by_address)


def test_who_comes_second_gets_the_first_ones(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not there when looked for, there when it is put."""
    first = world.chat_at("77")
    blind(monkeypatch, {0})
    assert world.chat_at("77").id == first.id


def test_what_cannot_be_seen_yet_is_asked_for_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform sends the message once more."""
    world.chat_at("77")
    blind(monkeypatch, {0, 2})
    with pytest.raises(ConflictError):
        world.chat_at("77")


def test_the_way_back(world: World) -> None:
    """Where a conversation takes place."""
    chat = world.chat_at("77", "slack")
    assert arrivals.place_of(world.deps, chat.id) == ("slack", "77")
    assert arrivals.place_of(world.deps, "c_0") is None


def test_who_is_too_fast_is_told_once_a_minute(world: World) -> None:
    """Never silence, and no flood of it either."""
    chat = world.chat_at("77")
    for _ in range(30):
        arrivals.turn_away(world.deps, chat.id)
        world.clock.advance(seconds=1)
    assert ["a lot at once" in message.text for message in chat.transcript] == [True]
    world.clock.advance(minutes=1)
    arrivals.turn_away(world.deps, chat.id)
    assert len(chat.transcript) == 2


def test_who_is_too_fast_is_told_in_their_language_and_sent_it(world: World) -> None:
    """By the bot, as a notice."""
    chat = world.chat_at("77", locale="de")
    arrivals.turn_away(world.deps, chat.id)
    (told,) = chat.transcript
    assert told.text.startswith("Das war viel auf einmal")
    assert (told.author, told.kind.value) == (Author.BOT, "notice")
    with world.store.begin() as work:
        assert work.deliveries.get(chat.id, told.seq) is not None


def test_one_who_is_too_fast_does_not_silence_another(world: World) -> None:
    """Each is told."""
    for address in ("77", "78"):
        chat = world.chat_at(address)
        arrivals.turn_away(world.deps, chat.id)
        assert len(chat.transcript) == 1


def test_nobody_is_told_in_a_conversation_that_is_not_there(world: World) -> None:
    """An error of ours."""
    for service in (arrivals.turn_away, overview.show):
        with pytest.raises(NotFoundError):
            service(world.deps, "c_0")


def test_the_overview_shows_each_plan_with_working_buttons(world: World) -> None:
    """Pressed, they do what they say, as any others of this conversation."""
    chat = world.linked("max", "77")
    shown = overview.show(world.deps, chat.id)
    assert [reply.text.split(" plan")[0] for reply in shown] == ["Your Basic", "Your Pro", "Your Team"]
    assert [[name for name, _, _ in reply.buttons] for reply in shown] == [["cancel_now"]] * 3
    done = chat.press(shown[1].buttons[0][2])
    assert done.kinds == ["receipt", "exit_question"]
    assert [receipt.plan_name for receipt in world.receipts("max")] == ["Pro"]
    undo = overview.show(world.deps, chat.id)[1].buttons
    assert [name for name, _, _ in undo] == ["undo"]
    assert "goes on as before" in chat.press(undo[0][2]).text


def test_the_overview_leaves_no_trace(world: World) -> None:
    """Nothing in the transcript, nothing sent, nothing waited for."""
    chat = world.linked("ada", "77")
    before, state = list(chat.transcript), chat.state
    for _ in range(3):
        overview.show(world.deps, chat.id)
    assert list(chat.transcript) == before
    assert chat.state == state


def test_an_overviews_buttons_work_in_its_own_chat_only(world: World) -> None:
    """P3: however somebody came by one."""
    token = overview.show(world.deps, world.linked("ada", "77").id)[0].buttons[0][2]
    with pytest.raises(NotFoundError):
        world.linked("max", "78").press(token)


def test_an_old_overview_cancels_nothing_again(world: World) -> None:
    """P2: its button was for the generation it showed."""
    chat = world.linked("ada", "77")
    token = overview.show(world.deps, chat.id)[0].buttons[0][2]
    chat.say("cancel", CANCEL)
    assert "cancelled" in chat.press(token).text
    assert len(world.ledger("ada")) == 1


def test_an_old_overview_does_nothing_once_the_proof_has_ended(world: World) -> None:
    """P3: it is still to be seen there; a press only asks who is there."""
    chat = world.linked("ada", "77")
    token = overview.show(world.deps, chat.id)[0].buttons[0][2]
    world.clock.advance(hours=24)
    assert "which e-mail address" in chat.press(token).text
    assert world.ledger("ada") == []


def test_the_overview_shows_nothing_to_who_may_not_decide(world: World) -> None:
    """P3: not to a stranger, not to a colleague, not to a removed member, not after the proof has ended."""
    world.member("kim", Role.MEMBER)
    ended = world.linked("ada", "77")
    ended.say("when does it end?", END_DATE)
    world.clock.advance(hours=24)
    for chat in (world.chat_at("79"), world.slack("kim@example.com"), ended):
        shown = overview.show(world.deps, chat.id)
        assert [reply.text.split(",")[0] for reply in shown] == ["Write here what you want"]
        assert [reply.buttons for reply in shown] == [()]
        assert facts_of(list(shown)) == []


def test_the_overview_of_who_has_no_plan(world: World) -> None:
    """Said so."""
    shown = overview.show(world.deps, world.linked("nil", "77").id)
    assert [reply.text for reply in shown] == [
        "There is no subscription on your account, and nothing will be charged."
    ]
