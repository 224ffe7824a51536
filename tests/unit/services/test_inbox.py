from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.conversations import Author, Awaiting, ReplyKind, Understanding
from bot.domain.errors import ConflictError, NotFoundError
from bot.domain.inbox import InboxEntry
from bot.domain.subscriptions import Status
from bot.services import inbox, transcripts, turns
from bot.services.inbox import MAX_ATTEMPTS, Answer
from bot.services.turns import Step
from tests.fixtures.memory_chat import MemoryInbox
from tests.unit.services.script import CANCEL, OWNER
from tests.unit.services.world import Chat, World

UNDERSTOOD = Understanding("greet", 0.93, "greet", 4.0, 12.0)


def test_the_same_message_again_is_the_same_entry(world: World) -> None:
    """P2: fifty times the same id is one message."""
    chat = world.chat("ada")
    assert len({chat.accept("cancel", key="k1") for _ in range(50)}) == 1


def test_the_same_id_with_another_body_is_refused(world: World) -> None:
    """Text or button, a different one is a conflict; the scope is the conversation."""
    chat = world.chat("max")
    chat.accept("cancel", key="k1")
    token = chat.say("cancel", CANCEL).button("cancel_all")
    with pytest.raises(ConflictError):
        chat.accept("cancel everything", key="k1")
    with pytest.raises(ConflictError):
        chat.accept(button=token, key="k1")
    assert world.chat("ada").accept("something else", key="k1")


def test_the_same_message_at_the_same_instant_is_the_same_entry(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P2: looked up before the other one was stored: the store's own rule decides, bodies are compared."""
    chat = world.chat("ada")
    first = chat.accept("cancel", key="k1")
    find, looks = MemoryInbox.find, iter([True, False, False, True, False, False, True, False, True])

    def too_early(held: MemoryInbox, conversation_id: str, message_id: str) -> InboxEntry | None:
        return None if next(looks) else find(held, conversation_id, message_id)

    monkeypatch.setattr(MemoryInbox, "find", too_early)
    assert chat.accept("cancel", key="k1") == first
    with pytest.raises(ConflictError):
        chat.accept("something else", key="k1")
    with pytest.raises(ConflictError):
        chat.accept("cancel", key="k1")


def test_a_stored_message_tells_its_words_to_nobody_without_the_key(world: World) -> None:
    """A code has six digits: what is kept to compare bodies with must not be found by trying them all."""
    inbox_id = world.chat("ada").accept("482913")
    with world.store.begin() as work:
        entry = work.inbox.get(inbox_id)
    assert entry is not None
    assert entry.fingerprint == world.deps.hasher.digest("message", "text:482913")


def test_a_turn_is_repeated_with_the_very_same_question(world: World) -> None:
    """A crash between asking Rasa and completing: what is asked does not depend on what happened since."""
    chat = world.chat("max")
    chat.say("cancel", CANCEL)
    inbox_id = chat.accept("the green one")
    first = chat.prepare(inbox_id)
    assert (first.step, first.text, first.awaiting) == (Step.ASK, "the green one", Awaiting.CHOICE)
    world.chat("max").say("cancel everything", CANCEL)
    world.clock.advance(hours=30)
    assert chat.prepare(inbox_id) == first
    assert [m.text for m in chat.transcript if m.author is Author.CUSTOMER] == ["cancel", "the green one"]


def test_acting_twice_for_one_message_acts_once(world: World) -> None:
    """P2: an action repeated after a time-out returns what it did, and the turn is completed with it."""
    chat = world.chat("ada")
    inbox_id = chat.accept("cancel")
    chat.prepare(inbox_id)
    chat.act(inbox_id, CANCEL)
    chat.act(inbox_id, CANCEL)
    assert chat.prepare(inbox_id).step is Step.COMPLETE
    first = chat.complete(inbox_id)
    assert chat.complete(inbox_id) == first
    assert chat.prepare(inbox_id).step is Step.NOTHING
    assert len(world.ledger("ada")) == 1


def test_an_action_that_fails_leaves_nothing(world: World) -> None:
    """P2: ledger, effect, receipt and outcome are one transaction."""
    chat = world.chat("ada")
    inbox_id = chat.accept("cancel")
    chat.prepare(inbox_id)

    def crash(turn: object) -> list[object]:
        CANCEL(turn)  # type: ignore[arg-type]
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        chat.act(inbox_id, crash)  # type: ignore[arg-type]
    assert (world.state("ada-pro"), world.ledger("ada"), world.receipts("ada")) == (Status.ACTIVE, [], [])
    assert chat.answer(inbox_id, CANCEL).kinds == ["receipt", "exit_question"]


def test_rasas_own_answer_is_written_with_how_it_was_understood(world: World) -> None:
    """Small talk: the texts as they came, and the transcript says why."""
    chat = world.chat("ada")
    inbox_id = chat.accept("hello")
    chat.prepare(inbox_id)
    replies = chat.complete(inbox_id, Answer(("Hello.",), UNDERSTOOD))
    assert (replies.kinds, replies.text) == (["text"], "Hello.")
    assert chat.transcript[0].understanding == UNDERSTOOD
    assert transcripts.after(world.deps, chat.id, 1) == chat.transcript[1:]


def test_what_an_action_stored_wins_over_what_came_back(world: World) -> None:
    """The texts that went through Rasa are not the answer; how it was understood is noted all the same."""
    chat = world.chat("ada")
    inbox_id = chat.accept("cancel")
    chat.prepare(inbox_id)
    chat.act(inbox_id, CANCEL)
    replies = chat.complete(inbox_id, Answer(("something else",), UNDERSTOOD))
    assert replies.kinds == ["receipt", "exit_question"]
    assert chat.transcript[0].understanding == UNDERSTOOD


@pytest.mark.parametrize("answer", [None, Answer((), UNDERSTOOD)])
def test_an_empty_answer_is_a_failed_turn(world: World, answer: Answer | None) -> None:
    """Never silence: it is tried again instead."""
    chat = world.chat("ada")
    inbox_id = chat.accept("hello")
    chat.prepare(inbox_id)
    with pytest.raises(ConflictError):
        chat.complete(inbox_id, answer)
    assert inbox.replies_to(world.deps, inbox_id) is None


def test_who_has_lost_the_lease_writes_nothing(world: World) -> None:
    """P9: another process has taken over; it does this work."""
    chat = world.chat("ada")
    inbox_id = chat.accept("hello")
    chat.prepare(inbox_id)
    with pytest.raises(ConflictError):
        inbox.complete(world.deps, inbox_id, "somebody", Answer(("Hello.",), UNDERSTOOD))
    with pytest.raises(ConflictError):
        inbox.give_up(world.deps, inbox_id, "somebody")
    assert inbox.replies_to(world.deps, inbox_id) is None


def test_failed_tries_wait_longer_each_time(world: World) -> None:
    """Half a second, one, two, … at most thirty."""
    chat = world.chat("ada")
    inbox_id = chat.accept("hello")
    waits = []
    for attempt in range(1, MAX_ATTEMPTS + 1):
        assert inbox.retry_later(world.deps, inbox_id) == attempt
        with world.store.begin() as work:
            entry = work.inbox.get(inbox_id)
        assert entry is not None
        assert entry.not_before is not None
        waits.append((entry.not_before - world.clock.now()).total_seconds())
    assert waits == [0.5, 1, 2, 4, 8, 16, 30, 30]


def lease(chat: Chat) -> None:
    """The worker has the conversation."""
    now = chat.world.clock.now()
    with chat.world.store.begin() as work:
        work.conversations.take_lease(chat.id, OWNER, now + timedelta(seconds=30), now)
        work.commit()


def test_given_up_the_customer_is_told_and_a_person_gets_it(world: World) -> None:
    """P9, P10: never silence."""
    chat = world.chat("ada")
    inbox_id = chat.accept("hello")
    chat.prepare(inbox_id)
    lease(chat)
    inbox.give_up(world.deps, inbox_id, OWNER)
    inbox.give_up(world.deps, inbox_id, OWNER)
    replies = inbox.replies_to(world.deps, inbox_id)
    assert replies is not None
    assert [reply.kind for reply in replies.messages] == [ReplyKind.NOTICE]
    assert chat.case is not None
    assert chat.case.id in replies.messages[0].text
    assert inbox.retry_later(world.deps, inbox_id) == 0


def test_giving_up_on_what_was_carried_out_tells_what_was_done(world: World) -> None:
    """§7: the action ran although Rasa timed out: nobody is told that it could not be carried out."""
    chat = world.chat("ada")
    inbox_id = chat.accept("cancel")
    chat.prepare(inbox_id)
    chat.act(inbox_id, CANCEL)
    lease(chat)
    inbox.give_up(world.deps, inbox_id, OWNER)
    replies = inbox.replies_to(world.deps, inbox_id)
    assert replies is not None
    assert [reply.kind for reply in replies.messages] == [ReplyKind.RECEIPT, ReplyKind.EXIT_QUESTION]
    assert chat.case is None


def test_unknown_messages_are_refused(world: World) -> None:
    """No such entry, no such answer."""
    with pytest.raises(NotFoundError):
        turns.prepare(world.deps, "m_0")
    with pytest.raises(NotFoundError):
        inbox.complete(world.deps, "m_0", OWNER, None)
    with pytest.raises(NotFoundError):
        inbox.give_up(world.deps, "m_0", OWNER)
    assert inbox.replies_to(world.deps, "m_0") == inbox.Replies()
    assert inbox.retry_later(world.deps, "m_0") == 0


def test_a_repeated_press_has_the_earlier_replies_under_its_own_id(world: World) -> None:
    """P5: the same sequence numbers: repeating an answer is no second sending."""
    chat = world.chat("max")
    token = chat.say("cancel", CANCEL).button("cancel_all")
    first = chat.press(token)
    length = len(chat.transcript)
    ids = [chat.accept(button=token) for _ in range(3)]
    assert all(chat.answer(inbox_id) == first for inbox_id in ids)
    assert len(chat.transcript) == length
