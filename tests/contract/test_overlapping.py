"""Two use cases at the same message, conversation or case: each decides by what the other has done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.domain.cases import Case, CaseState
from bot.domain.conversations import Author, Understanding
from bot.domain.errors import ConflictError, NotFoundError
from bot.domain.inbox import InboxEntry, InboxState
from bot.domain.subscriptions import Status
from bot.services import cases, inbox, turns
from tests.contract.conftest import Backend
from tests.contract.racing import PausingStore, overlap, race
from tests.unit.services.script import CANCEL, OWNER, PRO
from tests.unit.services.staff import case_of, in_charge, said_by_bot
from tests.unit.services.world import Chat, World

OTHER = Understanding("other", 0.9)


@pytest.fixture
def store(backend: Backend) -> PausingStore:
    """Each kind of store in turn."""
    return PausingStore(backend.store, backend.blocked)


@pytest.fixture
def world(store: PausingStore) -> World:
    """Ada has one plan."""
    world = World(store=store)
    world.customer("ada", PRO)
    return world


def entry_of(world: World, inbox_id: str) -> InboxEntry:
    """The entry as it stands."""
    with world.store.begin() as work:
        entry = work.inbox.get(inbox_id)
    assert entry is not None
    return entry


def case_by_id(world: World, case_id: str) -> Case:
    """The case as it stands, closed or not."""
    with world.store.begin() as work:
        case = work.cases.get(case_id)
    assert case is not None
    return case


def read(chat: Chat, text: str = "hello?") -> str:
    """A message that is to be held for staff, and is not yet."""
    inbox_id = chat.accept(text)
    assert chat.prepare(inbox_id).step is turns.Step.READ
    return inbox_id


def lease(chat: Chat) -> None:
    """The worker has the conversation."""
    now = chat.world.clock.now()
    with chat.world.store.begin() as work:
        work.conversations.take_lease(chat.id, OWNER, now + timedelta(seconds=30), now)
        work.commit()


def or_refused(run: Callable[[], object]) -> object:
    """What it returns, or the refusal that it raises."""
    try:
        return run()
    except (ConflictError, NotFoundError) as refusal:
        return type(refusal)


@pytest.mark.parametrize("earlier", [[], ["first"]], ids=["nobody waits yet", "somebody waits"])
def test_a_message_held_while_its_case_is_closed_is_not_lost(
    world: World, store: PausingStore, earlier: list[str]
) -> None:
    """P9: closing finds the message that was held a moment before; nothing stays held without a case."""
    chat = in_charge(world)
    for text in earlier:
        chat.hold(text, "other")
    inbox_id, case_id = read(chat), case_of(chat)
    held, _ = overlap(
        store,
        lambda: turns.hold(world.deps, inbox_id, OTHER),
        lambda: cases.close(world.deps, case_id),
    )
    assert held
    assert entry_of(world, inbox_id).state is InboxState.ANSWERED
    assert case_by_id(world, case_id).state is CaseState.CLOSED


def test_holding_a_message_does_not_open_a_closed_case_again(world: World, store: PausingStore) -> None:
    """P10: staff have handed back: the bot answers, and the case stays closed."""
    chat = in_charge(world)
    inbox_id, case_id = read(chat), case_of(chat)
    _, held = overlap(
        store,
        lambda: cases.close(world.deps, case_id),
        lambda: turns.hold(world.deps, inbox_id, OTHER),
    )
    assert not held
    assert entry_of(world, inbox_id).state is InboxState.ACCEPTED
    closed = case_by_id(world, case_id)
    assert (closed.state, closed.waiting_since) == (CaseState.CLOSED, None)
    assert chat.prepare(inbox_id).step is turns.Step.ASK


def overdue(world: World) -> Chat:
    """A chat in which a customer has waited too long for staff."""
    chat = in_charge(world)
    chat.hold("hello?", "other")
    world.clock.advance(minutes=16)
    return chat


def test_two_replicas_take_a_conversation_back_once(world: World, store: PausingStore) -> None:
    """P10: the customer is told once."""
    chat = overdue(world)
    before = len(said_by_bot(chat))
    resumed = overlap(
        store, lambda: cases.resume_overdue(world.deps), lambda: cases.resume_overdue(world.deps)
    )
    assert resumed == ([chat.id], [])
    assert len(said_by_bot(chat)) == before + 1


def test_staff_who_reply_at_the_last_moment_stay_in_charge(world: World, store: PausingStore) -> None:
    """P10: the reply was there first: nothing is taken back."""
    chat = overdue(world)
    _, resumed = overlap(
        store,
        lambda: cases.reply(world.deps, case_of(chat), "Here I am."),
        lambda: cases.resume_overdue(world.deps),
    )
    assert resumed == []
    assert (chat.transcript[-1].author, chat.transcript[-1].text) == (Author.STAFF, "Here I am.")
    assert chat.case is not None
    assert (chat.case.state, chat.case.waiting_since) == (CaseState.ACCEPTED, None)


def test_staff_who_reply_too_late_take_it_on_anew(world: World, store: PausingStore) -> None:
    """P10: taken back first, accepted again by the reply; the acceptance is the new one."""
    chat = overdue(world)
    resumed, _ = overlap(
        store,
        lambda: cases.resume_overdue(world.deps),
        lambda: cases.reply(world.deps, case_of(chat), "Here I am."),
    )
    assert resumed == [chat.id]
    assert chat.case is not None
    assert (chat.case.state, chat.case.accepted_at) == (CaseState.ACCEPTED, world.clock.now())


def test_nothing_is_done_for_a_message_that_was_given_up(world: World, store: PausingStore) -> None:
    """P2: the customer has been told that it could not be done, so it is not done."""
    chat = world.chat("ada")
    inbox_id = chat.accept("cancel")
    chat.prepare(inbox_id)
    lease(chat)
    _, acted = overlap(
        store,
        lambda: inbox.give_up(world.deps, inbox_id, OWNER),
        lambda: or_refused(lambda: chat.act(inbox_id, CANCEL)),
    )
    assert acted is NotFoundError
    assert (world.state("ada-pro"), world.ledger("ada")) == (Status.ACTIVE, [])


def test_what_is_done_while_giving_up_is_told(world: World, store: PausingStore) -> None:
    """P2: the action was first: its outcome is the answer, and no person is called."""
    chat = world.chat("ada")
    inbox_id = chat.accept("cancel")
    chat.prepare(inbox_id)
    lease(chat)
    overlap(
        store,
        lambda: chat.act(inbox_id, CANCEL),
        lambda: inbox.give_up(world.deps, inbox_id, OWNER),
    )
    assert world.state("ada-pro") is Status.CANCELLING
    assert chat.case is None
    assert [message.kind.value for message in chat.transcript[1:]] == ["receipt", "exit_question"]


def test_an_answered_message_is_not_taken_up_again(world: World, store: PausingStore) -> None:
    """P2: a try that is noted as failed while another one completes changes nothing."""
    chat = world.chat("ada")
    inbox_id = chat.accept("cancel")
    chat.prepare(inbox_id)
    chat.act(inbox_id, CANCEL)
    lease(chat)
    _, attempts = overlap(
        store,
        lambda: inbox.complete(world.deps, inbox_id, OWNER, None),
        lambda: inbox.retry_later(world.deps, inbox_id),
    )
    assert attempts == 0
    assert entry_of(world, inbox_id).state is InboxState.ANSWERED


def test_whatever_comes_together_ends_and_loses_nothing(world: World) -> None:
    """Customer, staff and sweeper at once, again and again: no deadlock, and nothing held without a case."""
    chat = overdue(world)
    case_id = case_of(chat)
    inbox_ids = [read(chat, text) for text in ("one", "two", "three")]

    def one(number: int) -> object:
        if number < 3:
            return turns.hold(world.deps, inbox_ids[number], OTHER)
        if number == 3:
            return cases.close(world.deps, case_id)
        if number == 4:
            return or_refused(lambda: cases.reply(world.deps, case_id, "Here I am."))
        return cases.resume_overdue(world.deps)

    race(6, one)
    assert case_by_id(world, case_id).state is CaseState.CLOSED
    assert all(entry_of(world, inbox_id).state is not InboxState.HELD for inbox_id in inbox_ids)
