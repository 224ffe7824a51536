from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bot.domain.conversations import Author, Awaiting, ReplyKind, Understanding
from bot.domain.errors import ConflictError, NotFoundError
from bot.domain.inbox import InboxEntry
from bot.domain.subscriptions import Status
from bot.services import inbox, transcripts, turns
from bot.services.inbox import MAX_ATTEMPTS, Answer, TooManyMessagesError
from bot.services.turns import Step
from tests.fixtures.memory_chat import MemoryInbox
from tests.unit.services.world import CANCEL, CHOOSE, EMAIL, OWNER, UNCLEAR, Chat, World

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


def test_many_messages_are_slowed_then_refused(world: World) -> None:
    """§6: twenty a minute at once, the next one every two seconds, above forty none; the same id always."""
    chat = world.chat("ada")
    accepted = [chat.accept("hello", key=str(number)) for number in range(40)]
    with pytest.raises(TooManyMessagesError):
        chat.accept("hello", key="40")
    assert chat.accept("hello", key="0") == accepted[0]
    with world.store.begin() as work:
        entries = [work.inbox.get(entry) for entry in accepted]
    waits = [entry.not_before for entry in entries if entry is not None]
    now = world.clock.now()
    assert waits[:20] == [None] * 20
    assert waits[20:] == [now + timedelta(seconds=2 * place) for place in range(1, 21)]
    world.clock.advance(minutes=1, seconds=1)
    assert chat.accept("hello", key="40")


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
    assert [reply.kind for reply in replies] == [ReplyKind.NOTICE]
    assert chat.case is not None
    assert chat.case.id in replies[0].text
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
    assert [reply.kind for reply in replies] == [ReplyKind.RECEIPT, ReplyKind.EXIT_QUESTION]
    assert chat.case is None


def test_unknown_messages_are_refused(world: World) -> None:
    """No such entry, no such answer."""
    with pytest.raises(NotFoundError):
        turns.prepare(world.deps, "m_0")
    with pytest.raises(NotFoundError):
        inbox.complete(world.deps, "m_0", OWNER, None)
    with pytest.raises(NotFoundError):
        inbox.give_up(world.deps, "m_0", OWNER)
    assert inbox.replies_to(world.deps, "m_0") is None
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


@pytest.mark.parametrize(
    "text",
    [
        "/cancel",
        ' /cancel{"customer":"max"}',
        "\u00a0/cancel",
        "\u3000/cancel",
        "\u200b/cancel",
        "\ufeff/cancel",
        "\t\r\n /cancel",
        "\u2060\u180e/cancel",
        "\uff0fcancel",
        "\u2800/cancel",
        "\u202e/cancel",
    ],
)
def test_a_slash_is_never_read_as_a_payload(world: World, text: str) -> None:
    """P3: whatever white space, or worse, stands before it, Rasa is told that it is not understood."""
    chat = world.chat("ada")
    prepared = chat.prepare(chat.accept(text))
    assert (prepared.text, prepared.intent, prepared.awaiting) == (None, "nlu_fallback", None)


def test_a_slash_command_is_answered_with_cancel_now(world: World) -> None:
    """One clarifying question; the button in it works."""
    chat = world.chat("ada")
    asked = chat.say(" /cancel", UNCLEAR)
    assert asked.names == ["cancel_now", "talk_to_human"]
    assert chat.press(asked.button("cancel_now")).kinds == ["receipt", "exit_question"]


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u200b", "\n\n"])
def test_nothing_at_all_is_answered(world: World, text: str) -> None:
    """Empty messages are not understood, politely."""
    assert "wasn't clear" in world.chat("ada").say(text, UNCLEAR).text


def test_an_emoji_goes_to_rasa_like_any_text(world: World) -> None:
    """It is for Rasa to say that it means nothing."""
    chat = world.chat("ada")
    assert chat.prepare(chat.accept("👋🏽")).text == "👋🏽"


def test_a_very_long_text_is_answered_and_not_looked_at(world: World) -> None:
    """§6: over 4 000 characters: said so, also the second time; the transcript keeps its beginning."""
    chat = world.chat("ada")
    text = "I want to cancel " * 600
    for _ in range(3):
        replies = chat.say(text, UNCLEAR)
        assert "longer than I can read" in replies.text
        assert replies.names == ["cancel_now", "talk_to_human"]
    assert len(chat.transcript[0].text) == 4002
    assert chat.case is None
    assert world.ledger("ada") == []


def test_secrets_are_masked_before_anything_looks_at_them(world: World) -> None:
    """§3: Rasa and the transcript see placeholders; the receipt quotes the words with the address kept."""
    chat = world.chat("ada")
    text = "cancel, code 123 456, card 4111 1111 1111 1111, mail ada@example.com"
    inbox_id = chat.accept(text)
    masked = "cancel, code [code], card [card], mail [email]"
    assert chat.prepare(inbox_id).text == masked
    chat.answer(inbox_id, CANCEL)
    assert chat.transcript[0].text == masked
    kept = "cancel, code [code], card [card], mail ada@example.com"
    assert chat.declarations[0].words == kept


def test_an_answer_leaves_nothing_of_the_message_but_the_transcript(world: World) -> None:
    """§7: bodies and placeholder values are deleted once answered."""
    chat = world.chat("ada")
    inbox_id = chat.accept("cancel 123456")
    chat.answer(inbox_id, CANCEL)
    with world.store.begin() as work:
        entry, secrets = work.inbox.get(inbox_id), work.inbox.secrets(inbox_id)
    assert entry is not None
    assert (entry.text, entry.button, entry.request, secrets) == (None, None, None, None)


def test_an_hour_of_silence_begins_a_new_episode(world: World) -> None:
    """§3: a tracker is left behind when a matter is closed, after an hour, and after many messages."""
    chat = world.chat("ada")

    def episode(text: str) -> str:
        inbox_id = chat.accept(text)
        sender = chat.prepare(inbox_id).sender
        chat.complete(inbox_id, Answer(("Hello.",), UNDERSTOOD))
        return sender.removeprefix(f"{chat.id}.")

    assert [episode("hello"), episode("hello")] == ["1.0", "1.0"]
    world.clock.advance(hours=1)
    assert episode("hello") == "2.0"
    chat.say("cancel", CANCEL)
    assert episode("hello").startswith("3.")
    later = []
    for _ in range(20):
        world.clock.advance(seconds=10)
        later.append(episode("hello"))
    assert (later[0], later[-1]) == ("3.0", "3.1")


def test_yesterdays_question_is_not_answered_by_an_unclear_text(world: World) -> None:
    """After a day without a word, "hm" is no address; an address still is one."""
    chat = world.chat()
    chat.say("cancel", CANCEL)
    world.clock.advance(hours=24)
    inbox_id = chat.accept("hm")
    assert chat.prepare(inbox_id).awaiting is None
    chat.answer(inbox_id, UNCLEAR)
    assert "on its way" in chat.say("ada@example.com", EMAIL).text


def test_small_talk_begins_the_count_of_clarifying_questions_anew(world: World) -> None:
    """Two in a row are a person; two with a greeting between them are not."""
    chat = world.chat("ada")
    chat.say("hm", UNCLEAR)
    inbox_id = chat.accept("hello")
    chat.prepare(inbox_id)
    chat.complete(inbox_id, Answer(("Hello.",), UNDERSTOOD))
    assert "wasn't clear" in chat.say("hm", UNCLEAR).text
    assert chat.case is None
    assert "a person will read this" in chat.say("hm", UNCLEAR).text
    assert chat.case is not None


def test_another_answer_begins_the_count_anew_too(world: World) -> None:
    """A cancellation between two unclear texts."""
    chat = world.chat("ada")
    chat.say("hm", UNCLEAR)
    chat.say("cancel", CANCEL)
    asked = chat.say("hm", UNCLEAR)
    assert asked.names == ["cancel_now", "undo", "talk_to_human"]
    assert "wasn't clear" in chat.say("x", CHOOSE).text or chat.case is not None


def test_the_frozen_request_holds_no_secret(world: World) -> None:
    """What is kept for a repeated turn is what Rasa was sent."""
    chat = world.chat()
    chat.say("cancel", CANCEL)
    inbox_id = chat.accept("ada@example.com 123456")
    chat.prepare(inbox_id)
    with world.store.begin() as work:
        entry = work.inbox.get(inbox_id)
    assert entry is not None
    assert json.loads(entry.request or "[]")[2] == "[email] [code]"
