from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import ConflictError, NotFoundError
from bot.domain.inbox import Event, InboxEntry, InboxState
from bot.domain.text import Masked
from bot.ports import Store
from tests.contract.racing import race
from tests.fixtures import builders
from tests.fixtures.fakes import START

SOON = START + timedelta(minutes=1)


def put(store: Store, *entries: InboxEntry) -> None:
    """Adds entries, and their conversations."""
    with store.begin() as work:
        for entry in entries:
            if work.conversations.get(entry.conversation_id) is None:
                work.conversations.put(builders.conversation(entry.conversation_id))
            assert work.inbox.add(entry)
        work.commit()


def test_an_entry_comes_back_as_it_was_added(store: Store) -> None:
    """Every field, by id and by the channel's message id."""
    full = builders.entry(said_at=START - timedelta(seconds=2), request='{"text": "…"}', attempts=2)
    press = builders.entry("m_2", text=None, button="token")
    put(store, full, press)
    with store.begin() as work:
        assert work.inbox.get("m_1") == full
        assert work.inbox.find("c_1", "client m_2") == press
        assert work.inbox.find("c_2", "client m_2") is None
        assert work.inbox.get("none") is None
        assert work.inbox.lock("m_1") == full
        assert work.inbox.lock("none") is None


def test_a_message_is_taken_once_in_its_conversation(store: Store) -> None:
    """The same message id again stores nothing; in another conversation it is another message."""
    put(store, builders.entry())
    with store.begin() as work:
        work.conversations.put(builders.conversation("c_2"))
        again = builders.entry("m_2", message_id="client m_1", text="something else")
        assert not work.inbox.add(again)
        assert work.inbox.add(replace(again, conversation_id="c_2"))
        assert work.inbox.get("m_1") == builders.entry()


def test_a_message_is_taken_once_of_fifty_at_the_same_instant(populated: Store) -> None:
    """Fifty deliveries at once: one is stored, and all find the same entry."""

    def deliver(number: int) -> tuple[bool, str]:
        with populated.begin() as work:
            first = work.inbox.add(builders.entry(f"m_{number}", message_id="same"))
            found = work.inbox.find("c_1", "same")
            assert found is not None
            work.commit()
            return first, found.id

    outcomes = race(50, deliver)
    assert sum(first for first, _ in outcomes) == 1
    assert len({found for _, found in outcomes}) == 1


def test_an_answered_entry_has_forgotten_what_was_said(store: Store) -> None:
    """Text, button, prepared turn and placeholders go; what deduplicates stays."""
    put(store, builders.entry(text="my code is 123456", button="token"))
    with store.begin() as work:
        work.inbox.put_secrets("m_1", Masked("my code is [code]", codes=("123456",)))
        work.inbox.put(builders.entry(state=InboxState.ANSWERED, attempts=1, request="{}"))
        kept = work.inbox.get("m_1")
        assert kept is not None
        assert (kept.text, kept.button, kept.request) == (None, None, None)
        assert (kept.state, kept.attempts, kept.fingerprint) == (InboxState.ANSWERED, 1, "fingerprint")
        assert work.inbox.secrets("m_1") is None
        assert not work.inbox.add(builders.entry("m_9", message_id="client m_1"))


@pytest.mark.parametrize("event", Event)
def test_what_happened_is_kept_and_what_came_with_it_is_not(store: Store, event: Event) -> None:
    """Every event comes back; a number or a link's token is deleted with the answer, as any text is."""
    put(store, builders.entry(event=event, text="+4930123456"))
    with store.begin() as work:
        found = work.inbox.find("c_1", "client m_1")
        assert found == builders.entry(event=event, text="+4930123456")
        work.inbox.put(replace(found, state=InboxState.ANSWERED))
        kept = work.inbox.get("m_1")
        assert kept is not None
        assert (kept.event, kept.text) == (event, None)


def test_put_stores_the_state_and_not_the_body(store: Store) -> None:
    """State, attempts, time and prepared turn change; what was said can't be rewritten."""
    put(store, builders.entry())
    with store.begin() as work:
        later = builders.entry(text="other words", attempts=3, not_before=SOON, request="turn")
        work.inbox.put(later)
        assert work.inbox.get("m_1") == replace(later, text="I want to cancel")
        with pytest.raises(NotFoundError):
            work.inbox.put(builders.entry("none"))


def test_masked_values_are_redeemed_until_answered(store: Store) -> None:
    """What was masked comes back in order of appearance; a later masking replaces it."""
    masked = Masked("[email], [code]", ("ada@example.com", "b@example.com"), ("123456",), cards=1)
    put(store, builders.entry())
    with store.begin() as work:
        assert work.inbox.secrets("m_1") is None
        work.inbox.put_secrets("m_1", Masked("x"))
        work.inbox.put_secrets("m_1", masked)
        assert work.inbox.secrets("m_1") == masked


def test_entries_are_next_in_order_of_arrival(store: Store) -> None:
    """Oldest accepted first, even while it waits for another try; held and answered ones are passed over."""
    put(
        store,
        builders.entry("m_3", state=InboxState.HELD),
        builders.entry("m_2", not_before=SOON),
        builders.entry("m_1", arrived_at=START - timedelta(hours=1)),
        builders.entry("m_0", state=InboxState.HELD),
        builders.entry("x_1", "c_2"),
    )
    with store.begin() as work:
        following = work.inbox.next_accepted("c_1")
        assert following is not None
        assert following.id == "m_2"
        work.inbox.put(replace(following, state=InboxState.ANSWERED))
        following = work.inbox.next_accepted("c_1")
        assert following is not None
        assert following.id == "m_1"
        assert work.inbox.next_accepted("c_3") is None
        assert [entry.id for entry in work.inbox.held("c_1")] == ["m_3", "m_0"]


def test_conversations_wait_that_are_due_and_free(store: Store) -> None:
    """Longest waiting first; not those leased, nor those whose oldest entry waits for another try."""
    put(
        store,
        builders.entry("a", "leased"),
        builders.entry("b", "later", not_before=SOON),
        builders.entry("c", "later"),
        builders.entry("d", "second", not_before=START),
        builders.entry("e", "third"),
        builders.entry("f", "second"),
        builders.entry("g", "answered", state=InboxState.ANSWERED),
        builders.entry("h", "held", state=InboxState.HELD),
    )
    with store.begin() as work:
        work.conversations.take_lease("leased", "one", SOON, START)
        assert list(work.inbox.waiting_conversations(START)) == ["second", "third"]
        assert list(work.inbox.waiting_conversations(START, limit=1)) == ["second"]
        assert list(work.inbox.waiting_conversations(SOON)) == ["leased", "later", "second", "third"]


def test_messages_are_counted_since_a_time(store: Store) -> None:
    """For slowing down: this conversation's only, the moment itself included."""
    put(
        store,
        builders.entry("a", arrived_at=START - timedelta(seconds=1)),
        builders.entry("b", arrived_at=START),
        builders.entry("c", arrived_at=SOON),
        builders.entry("d", "c_2", arrived_at=SOON),
    )
    with store.begin() as work:
        assert work.inbox.count_since("c_1", START) == 2


def test_the_latest_due_time_is_that_of_what_arrived_since(store: Store) -> None:
    """For slowing down: this conversation's only, whatever became of the message; None where none waits."""
    later = SOON + timedelta(hours=1)
    put(
        store,
        builders.entry("a", arrived_at=START - timedelta(seconds=1), not_before=later),
        builders.entry("b", not_before=SOON, state=InboxState.ANSWERED),
        builders.entry("c", not_before=START),
        builders.entry("d", arrived_at=SOON),
        builders.entry("e", "c_2", not_before=later),
    )
    with store.begin() as work:
        assert work.inbox.last_not_before("c_1", START) == SOON
        assert work.inbox.last_not_before("c_1", SOON) is None


def test_an_actions_outcome_is_stored_once(store: Store) -> None:
    """A replayed turn reads it; a second run can't replace it, its own end can. It outlives the answer."""
    put(store, builders.entry())
    with store.begin() as work:
        assert work.inbox.result("m_1") is None
        work.inbox.put_result("m_1", '{"replies": []}')
        with pytest.raises(ConflictError):
            work.inbox.put_result("m_1", "{}")
        with pytest.raises(ConflictError):
            work.inbox.put_result("none", "{}")
        work.inbox.complete_result("m_1", '{"replies": [], "awaits": []}')
        with pytest.raises(ConflictError):
            work.inbox.complete_result("none", "{}")
        work.inbox.put(builders.entry(state=InboxState.ANSWERED))
        assert work.inbox.result("m_1") == '{"replies": [], "awaits": []}'
        assert work.inbox.result("none") is None


def test_one_of_two_runs_of_an_action_acts(populated: Store) -> None:
    """Eight runs of one turn at once: one finds no outcome and acts, the others find what it did."""
    put(populated, builders.entry())

    def act(number: int) -> str:
        with populated.begin() as work:
            work.inbox.lock("m_1")
            found = work.inbox.result("m_1")
            if found is not None:
                return found
            work.inbox.put_result("m_1", f"by {number}")
            work.commit()
            return f"by {number}"

    assert len(set(race(8, act))) == 1
