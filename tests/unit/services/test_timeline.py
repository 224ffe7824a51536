from __future__ import annotations

import pytest

from bot.domain.conversations import Spot
from bot.domain.customers import Role
from bot.services import dossier, timeline
from bot.services.timeline import Timeline
from tests.fixtures.builders import message
from tests.unit.services.chat import Chat
from tests.unit.services.script import CANCEL, LOG_OUT
from tests.unit.services.world import World


def read(world: World, chat: Chat, before: Spot | None = None) -> Timeline:
    """As a page of that conversation does."""
    return timeline.of(world.deps, dossier.of(world.deps, chat.id), before)


def said(world: World, chat: Chat, *texts: str) -> None:
    """Something is said, each a minute after the other."""
    for text in texts:
        world.clock.advance(minutes=1)
        with world.store.begin() as work:
            work.messages.add(message(chat.id, text, at=world.clock.now()))
            work.commit()


def texts(found: Timeline) -> list[str]:
    """What is shown."""
    return [item.text for item in found.messages]


def test_all_channels_in_order_of_time(world: World) -> None:
    """One customer's website and Telegram, from whichever of them it is opened; nobody else's."""
    web, telegram, other = world.chat("ada"), world.linked("ada", "77"), world.chat("max")
    for chat, text in ((web, "one"), (telegram, "two"), (other, "not hers"), (web, "three")):
        said(world, chat, text)
    for opened in (web, telegram):
        found = read(world, opened)
        mine = [text for text in texts(found) if text in {"one", "two", "three", "not hers"}]
        assert mine == ["one", "two", "three"]
        assert list(found.messages) == sorted(found.messages, key=lambda item: item.at)
        assert {item.channel for item in found.conversations.values()} == {"web", "telegram"}
        assert found.complete


def test_a_stranger_has_this_conversation_only(world: World) -> None:
    """Nobody has proved anything: no other is theirs."""
    chat, _ = world.chat(), world.chat("ada")
    said(world, chat, "hello")
    found = read(world, chat)
    assert (list(found.conversations), texts(found)) == ([chat.id], ["hello"])


def test_a_browser_that_changed_hands_is_the_last_ones(world: World) -> None:
    """Ada logged out, and Nil proved who she is: it is no longer among Ada's."""
    shared, hers = world.chat("ada"), world.linked("ada", "77")
    shared.say("log out", LOG_OUT)
    shared.verify("nil@example.com")
    assert list(read(world, hers).conversations) == [hers.id]
    assert list(read(world, shared).conversations) == [shared.id]


def test_windows_meet(world: World) -> None:
    """A hundred at once across all of them, each message once, also those of the same moment."""
    web, telegram = world.chat("ada"), world.linked("ada", "77")
    with world.store.begin() as work:
        for number in range(dossier.WINDOW + 30):
            for chat in (web, telegram):
                work.messages.add(message(chat.id, f"{number}", at=world.clock.now()))
        work.commit()
    seen: list[tuple[str, int]] = []
    before: Spot | None = None
    while True:
        found = read(world, web, before)
        assert len(found.messages) <= dossier.WINDOW
        seen = [*((item.conversation_id, item.seq) for item in found.messages), *seen]
        before = found.earlier
        if before is None:
            break
    whole = {(chat.id, item.seq) for chat in (web, telegram) for item in chat.transcript}
    assert len(seen) == len(whole)
    assert set(seen) == whole


@pytest.mark.parametrize(("others", "complete"), [(timeline.MOST, True), (timeline.MOST + 1, False)])
def test_so_many_conversations_and_no_more(world: World, others: int, complete: bool) -> None:
    """Those in which they wrote last, and always the one that is open, however old it is; and it says so."""
    oldest = world.chat("ada")
    chats = []
    for _ in range(others):
        world.clock.advance(minutes=1)
        chats.append(world.chat("ada"))
    found = read(world, oldest)
    assert found.complete is complete
    assert set(found.conversations) == {oldest.id, *(chat.id for chat in chats[-timeline.MOST :])}


def test_everybody_known_in_any_of_them_is_hidden_in_all(world: World) -> None:
    """Nil, who used the same Telegram before, and Kim, who belongs to the account: on any page of hers."""
    world.member("kim", Role.MEMBER, "ada", phone="+4917012345")
    web, telegram = world.chat("ada"), world.chat_at("77")
    telegram.verify("nil@example.com")
    telegram.say("cancel", CANCEL)
    telegram.say("log out", LOG_OUT)
    telegram.verify("kim@example.com")
    for chat in (web, telegram):
        said(world, chat, "Ada, Nil and Kim")
    for opened in (web, telegram):
        found = read(world, opened)
        assert set(found.personal) == {web.id, telegram.id}
        for name in (web.id, telegram.id):
            assert found.veiled(name, "Ada, Nil and Kim.") == "••••, •••• and ••••."


def test_only_those_whose_words_are_shown_are_looked_up(world: World) -> None:
    """A conversation in which nothing was said costs nothing."""
    web, telegram = world.chat("ada"), world.chat("ada")
    said(world, web, "hello")
    found = read(world, web)
    assert set(found.personal) == {web.id}
    assert telegram.id in found.conversations


def test_what_is_known_elsewhere_uncovers_nothing() -> None:
    """A word of another's number would break up this one; it is hidden as on its own page first."""
    number = "0171 5550199 12"
    found = Timeline({}, [], None, {"c_1": ("Ada",), "c_2": ("+49 30 5550199",)}, complete=True)
    assert found.veiled("c_1", f"Ada, call {number}!") == "••••, call ••••!"
    assert found.veiled("c_2", "Ada: 5550199") == "••••: ••••"
