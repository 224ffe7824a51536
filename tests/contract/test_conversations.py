from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from bot.domain.conversations import (
    Author,
    Awaiting,
    Button,
    Press,
    ReceiptSummary,
    ReplyKind,
    Understanding,
)
from bot.domain.errors import ConflictError, NotFoundError
from bot.domain.languages import LocaleFrom
from bot.ports import Store
from tests.contract.racing import race
from tests.fixtures import builders
from tests.fixtures.fakes import START

SOON = START + timedelta(minutes=1)
LATER = START + timedelta(minutes=2)


def test_conversations_are_found_by_id_and_address(store: Store) -> None:
    """Every field comes back, by id and by channel and address."""
    full = builders.conversation(
        locale="de",
        locale_from=LocaleFrom.ASKED,
        awaiting=Awaiting.CODE,
        declaration_id="d_1",
        clarified=1,
        episode=3,
    )
    with store.begin() as work:
        work.conversations.put(full)
        assert work.conversations.get("c_1") == full
        assert work.conversations.by_address("web", full.address) == full
        assert work.conversations.by_address("telegram", full.address) is None
        work.conversations.put(replace(full, awaiting=None))
        assert work.conversations.get("c_1") == replace(full, awaiting=None)
        assert work.conversations.get("none") is None


def test_an_address_has_one_conversation(store: Store) -> None:
    """Two first messages of one chat at once: the second is told, and finds the first one's conversation."""
    with store.begin() as work:
        work.conversations.put(builders.conversation("c_1", address="chat 7"))
        with pytest.raises(ConflictError):
            work.conversations.put(builders.conversation("c_2", address="chat 7"))
        found = work.conversations.by_address("web", "chat 7")
        assert found is not None
        assert found.id == "c_1"


def test_messages_are_numbered_by_the_conversation(populated: Store) -> None:
    """Numbers count from 1, and a stale copy of the conversation, put back, does not set them back."""
    with populated.begin() as work:
        stale = work.conversations.get("c_1")
        assert stale is not None
        assert work.messages.add(builders.message(seq=99)).seq == 1
        work.conversations.put(replace(stale, locale="de"))
        assert work.messages.add(builders.message()).seq == 2
        fresh = work.conversations.get("c_1")
        assert fresh is not None
        assert (fresh.next_seq, fresh.locale) == (3, "de")
        with pytest.raises(NotFoundError):
            work.messages.add(builders.message("nowhere"))


def test_numbers_have_no_gaps_and_no_doubles_under_load(populated: Store) -> None:
    """Twelve threads write into one conversation at once."""

    def add(number: int) -> int:
        with populated.begin() as work:
            seq = work.messages.add(builders.message(text=str(number))).seq
            work.commit()
            return seq

    assert sorted(race(12, add)) == list(range(1, 13))


def test_a_message_comes_back_as_it_was_added(populated: Store) -> None:
    """Buttons, receipt, understanding, times in any zone: all of it, from every way to find it."""
    zone = timezone(timedelta(hours=2))
    full = builders.message(
        author=Author.BOT,
        kind=ReplyKind.RECEIPT,
        inbox_id="m_1",
        at=datetime(2026, 7, 1, 12, 0, 0, 123456, tzinfo=zone),
        buttons=(("undo", "Undo", "token-1"), ("skip", "Überspringen", "token-2")),
        receipt=ReceiptSummary("R-1", "cancel", "Pro", START, LATER, "https://x/receipts/R-1?key=k"),
        understanding=Understanding("cancel", 0.97, "cancel", 8.5, 24.25),
    )
    with populated.begin() as work:
        question = work.messages.add(builders.message(inbox_id="m_1"))
        stored = work.messages.add(full)
        assert stored == replace(full, seq=2)
        assert work.messages.for_inbox("m_1") == [stored]
        assert work.messages.customer_message("m_1") == question
        assert work.messages.customer_message("m_2") is None
        assert list(work.messages.after("c_1", 0)) == [question, stored]
        assert list(work.messages.after("c_1", 1)) == [stored]
        assert list(work.messages.after("c_1", 0, limit=1)) == [question]


def test_understanding_is_noted_on_the_customers_message_only(populated: Store) -> None:
    """What was understood belongs to what was said, not to the answer."""
    noted = Understanding("cancel", 0.9, "cancel", 8.0, 30.0)
    with populated.begin() as work:
        work.messages.add(builders.message(inbox_id="m_1"))
        work.messages.add(builders.message(inbox_id="m_1", author=Author.BOT))
        work.messages.set_understanding("m_1", noted)
        work.messages.set_understanding("m_2", noted)
        said = work.messages.customer_message("m_1")
        assert said is not None
        assert said.understanding == noted
        assert work.messages.for_inbox("m_1")[0].understanding == Understanding()


def test_a_session_lives_until_its_end(populated: Store) -> None:
    """Good before its end, gone at it, and longer when extended."""
    with populated.begin() as work:
        work.conversations.add_session("digest", "c_1", SOON)
        assert work.conversations.session("digest", START) == "c_1"
        assert work.conversations.session("digest", SOON) is None
        assert work.conversations.session("other", START) is None
        work.conversations.extend_session("digest", LATER)
        assert work.conversations.session("digest", SOON) == "c_1"


def test_a_token_opens_one_session(populated: Store) -> None:
    """Opened again, by somebody who presses twice, it is refused and the first one stays."""
    with populated.begin() as work:
        work.conversations.add_session("digest", "c_1", SOON)
        with pytest.raises(ConflictError):
            work.conversations.add_session("digest", "c_1", LATER)
        assert work.conversations.session("digest", SOON) is None


def test_an_identity_token_is_used_once(store: Store) -> None:
    """The second use is refused for as long as the token could pass; then its trace is forgotten."""
    with store.begin() as work:
        assert work.conversations.use_identity_token("jti", SOON, START)
        assert not work.conversations.use_identity_token("jti", SOON, START)
        work.commit()
    with store.begin() as work:
        assert not work.conversations.use_identity_token("jti", SOON, SOON - timedelta(microseconds=1))
        assert work.conversations.use_identity_token("other", LATER, SOON)
        assert work.conversations.use_identity_token("jti", LATER, SOON)


def test_an_identity_token_is_used_once_under_load(store: Store) -> None:
    """Of eight at the same instant one gets through."""

    def use(_: int) -> bool:
        with store.begin() as work:
            first = work.conversations.use_identity_token("jti", SOON, START)
            work.commit()
            return first

    assert sorted(race(8, use)) == [False] * 7 + [True]


def test_a_lease_has_one_owner_at_a_time(populated: Store) -> None:
    """Taken by one; renewed by that one; taken over by another at its end and not before."""
    with populated.begin() as work:
        leases = work.conversations
        assert leases.take_lease("c_1", "one", SOON, START)
        assert not leases.take_lease("c_1", "two", LATER, START)
        assert leases.holds_lease("c_1", "one", START)
        assert not leases.holds_lease("c_1", "two", START)
        assert leases.take_lease("c_1", "one", LATER, START)
        assert not leases.take_lease("c_1", "two", LATER, SOON)
        assert not leases.holds_lease("c_1", "one", LATER)
        assert leases.take_lease("c_1", "two", LATER + timedelta(minutes=1), LATER)
        assert not leases.take_lease("nowhere", "two", LATER, START)


def test_a_lease_is_released_by_its_owner_only(populated: Store) -> None:
    """Somebody else's release is without effect; putting the conversation leaves the lease alone."""
    with populated.begin() as work:
        leases = work.conversations
        leases.take_lease("c_1", "one", SOON, START)
        leases.release_lease("c_1", "two")
        leases.put(builders.conversation(episode=2))
        assert leases.holds_lease("c_1", "one", START)
        leases.release_lease("c_1", "one")
        assert not leases.holds_lease("c_1", "one", START)
        assert leases.take_lease("c_1", "two", SOON, START)


def test_a_lease_goes_to_one_of_many(populated: Store) -> None:
    """Ten owners at the same instant: one gets it."""

    def take(number: int) -> bool:
        with populated.begin() as work:
            taken = work.conversations.take_lease("c_1", f"owner {number}", SOON, START)
            work.commit()
            return taken

    assert sorted(race(10, take)) == [False] * 9 + [True]


def test_buttons_come_back_as_issued(populated: Store) -> None:
    """What a press means, all of it, and whose press acted."""
    press = Press("cancel:Pro", "cancel", "d_1", "s_1", 2, "too_expensive", everything=True)
    button = Button("token", "c_1", press, "Cancel Pro")
    with populated.begin() as work:
        work.buttons.add(button)
        assert work.buttons.get("token") == button
        assert work.buttons.get("other") is None
        work.buttons.put(replace(button, pressed_by="m_1"))
        assert work.buttons.get("token") == replace(button, pressed_by="m_1")


def test_a_locked_conversation_is_the_stored_one(store: Store) -> None:
    """Reading it for a change gives what reading it gives; there is none for an unknown id."""
    with store.begin() as work:
        work.conversations.put(builders.conversation())
        work.commit()
    with store.begin() as work:
        stored = work.conversations.get(builders.conversation().id)
        assert work.conversations.lock(builders.conversation().id) == stored
        assert stored is not None
        assert work.conversations.lock("c_unknown") is None
