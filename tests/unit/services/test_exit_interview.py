from __future__ import annotations

import json

import pytest

from bot.domain.conversations import Understanding
from bot.domain.exit_interview import QuestionState, Reason
from bot.services import acting, cases, exit_interview, outcome, sign_in
from tests.unit.services.script import CANCEL, CHOOSE, NO, REASON, SKIP, STATUS, UNDO, Replies
from tests.unit.services.world import Chat, World


def explain(chat: Chat, words: str, *reasons: str) -> None:
    """Says why, in words in which `reasons` are understood."""
    inbox_id = chat.accept(words)
    chat.prepare(inbox_id)
    understood = Understanding("give_reason", 0.9, reasons=reasons)
    acting.act(chat.world.deps, chat.id, inbox_id, REASON, understood)
    chat.complete(inbox_id)


def test_the_question_comes_last_and_shuffled_with_something_else_last(world: World) -> None:
    """P5: a message of its own; random order, so that no reason profits from its place; skip by button."""
    orders = set()
    for _ in range(3):
        chat = world.chat("ada")
        asked = chat.say("cancel", CANCEL)
        assert asked.kinds == ["receipt", "exit_question"]
        names = [name for name, _, _ in asked.messages[-1].buttons]
        assert names[-2:] == ["reason:other", "skip"]
        assert set(names) == {f"reason:{reason.value}" for reason in Reason} | {"skip"}
        orders.add(tuple(names))
        chat.say("undo", UNDO)
    assert len(orders) > 1


def test_a_reason_is_taken_by_button(world: World) -> None:
    """One tap is enough."""
    chat = world.chat("ada")
    asked = chat.say("cancel", CANCEL)
    assert chat.press(asked.button("reason:too_expensive")).text == "Thank you, that helps."
    assert [(item.reasons, item.words) for item in world.answers()] == [((Reason.TOO_EXPENSIVE,), None)]


def test_words_are_kept_verbatim_with_every_reason_they_name(world: World) -> None:
    """P5: several reasons may hold at once; codes are masked, nothing else is changed."""
    chat = world.chat("ada")
    chat.say("cancel", CANCEL)
    explain(chat, "Too expensive, and FULL of bugs! My code was 123456", "low_quality", "too_expensive")
    answer = world.answers()[0]
    assert answer.words == "Too expensive, and FULL of bugs! My code was [code]"
    assert answer.reasons == (Reason.TOO_EXPENSIVE, Reason.LOW_QUALITY)
    assert exit_interview.answers(world.deps, world.clock.now()) == [answer]


def test_words_that_name_no_known_reason_are_an_answer_too(world: World) -> None:
    """Zero reasons, never guessed."""
    chat = world.chat("ada")
    chat.say("cancel", CANCEL)
    chat.say("my cat decided it", REASON)
    assert [(item.reasons, item.words) for item in world.answers()] == [((), "my cat decided it")]


def test_a_reason_that_the_app_does_not_know_is_left_out(world: World) -> None:
    """A newer model may name more reasons than this release has."""
    chat = world.chat("ada")
    chat.say("cancel", CANCEL)
    explain(chat, "too dear, and the stars", "bad_horoscope", "too_expensive")
    assert [item.reasons for item in world.answers()] == [(Reason.TOO_EXPENSIVE,)]


def test_the_outcome_of_an_older_release_has_no_reasons() -> None:
    """What was stored before reasons were understood is repeated as it was."""
    stored = outcome.dump(
        outcome.Outcome(understanding=Understanding("give_reason", 0.9, reasons=("unused",)))
    )
    assert outcome.load(stored).understanding.reasons == ("unused",)
    older = json.loads(stored)
    del older["understanding"]["reasons"]
    assert outcome.load(json.dumps(older)).understanding == Understanding("give_reason", 0.9)


def test_a_button_followed_by_a_sentence_is_both_kept(world: World) -> None:
    """Mixed: tapped first, explained later that day."""
    chat = world.chat("ada")
    asked = chat.say("cancel", CANCEL)
    chat.press(asked.button("reason:other"))
    world.clock.advance(hours=3)
    assert chat.say("we needed an export", REASON).text == "Thank you, that helps."
    assert len(world.answers()) == 2


def test_an_addendum_does_not_end_a_question_that_was_asked_since(world: World) -> None:
    """A reason given while "Which one should end?" is open leaves that open; a plan's name is confirmed."""
    chat = world.chat("max")
    chat.say("cancel my Pro plan", CANCEL)
    chat.say("cancel another one", CANCEL)
    chat.say("it is too expensive", REASON)
    assert "Which one should end?" in chat.say("Basic", CHOOSE).text
    assert chat.say("Basic", CHOOSE).kinds == ["receipt", "exit_question"]


def skipped(replies: Replies) -> bool:
    """Accepted, and nothing more."""
    return replies.text == "That's fine. You won't be asked again."


def test_skip_by_button_by_word_and_by_no(world: World) -> None:
    """P5: every way out is accepted at once."""
    chat = world.chat("max")
    asked = chat.say("cancel my Pro plan", CANCEL)
    assert skipped(chat.press(asked.button("skip")))
    chat.say("cancel my Basic plan", CANCEL)
    assert skipped(chat.say("rather not say", SKIP))
    chat.say("cancel my Team plan", CANCEL)
    assert skipped(chat.say("no", NO))
    assert world.answers() == []
    assert len(world.ledger("max")) == 3


def test_skip_where_nothing_was_asked_is_fine(world: World) -> None:
    """Nobody has to answer anything."""
    assert "nothing you need to answer" in world.chat("ada").say("skip", SKIP).text


def test_another_subject_closes_the_question(world: World) -> None:
    """P5: nothing said after it is taken for the answer just because it is not understood."""
    chat = world.chat("ada")
    chat.say("cancel", CANCEL)
    chat.say("did it work?", STATUS)
    assert chat.question is not None
    assert chat.question.state is QuestionState.CLOSED
    assert chat.prepare(chat.accept("hm")).awaiting is None


def test_unclear_words_are_the_answer_while_it_is_open(world: World) -> None:
    """The rules are told that an answer is awaited."""
    chat = world.chat("ada")
    chat.say("cancel", CANCEL)
    awaiting = chat.prepare(chat.accept("hm")).awaiting
    assert awaiting is not None
    assert awaiting.value == "exit_answer"


def test_after_a_day_the_question_is_closed(world: World) -> None:
    """P5: 24 hours; then words are heard, not stored, and nothing is offered to somebody who has left."""
    chat = world.chat("ada")
    chat.say("cancel", CANCEL)
    world.clock.advance(hours=24)
    assert chat.prepare(chat.accept("hm")).awaiting is None
    chat.verify("ada@example.com")
    replies = chat.say("too expensive", REASON)
    assert replies.text == "Thank you for telling us."
    assert replies.names == []
    assert world.answers() == []


@pytest.mark.parametrize("verified", [True, False])
def test_a_reason_pressed_after_a_day_is_stored(world: World, *, verified: bool) -> None:
    """A press names its question, also where the proof has expired; once."""
    chat = world.chat("ada")
    reason = chat.say("cancel", CANCEL).button("reason:unused")
    world.clock.advance(hours=25)
    if verified:
        chat.verify("ada@example.com")
    heard = chat.press(reason)
    assert heard.text == "Thank you for telling us."
    assert chat.press(reason) == heard
    assert [item.reasons for item in world.answers()] == [(Reason.UNUSED,)]


def test_no_address_is_kept_in_a_reason(world: World) -> None:
    """P11: masked as in the transcript."""
    chat = world.chat("ada")
    chat.say("cancel", CANCEL)
    chat.say("too expensive, write to me at ada@private.example", REASON)
    assert world.answers()[0].words == "too expensive, write to me at [email]"


def test_no_after_a_day_is_no_skip(world: World) -> None:
    """It is a "no" to nothing: the cancellation stands, with its way back."""
    chat = world.chat("ada")
    chat.say("cancel", CANCEL)
    world.clock.advance(hours=24)
    chat.verify("ada@example.com")
    assert chat.say("no", NO).titles == ["Undo Pro"]


def test_a_reason_out_of_the_blue_shows_a_way_out(world: World) -> None:
    """Somebody complains of the price and has cancelled nothing: nothing is cancelled by that."""
    replies = world.chat("ada").say("it's too expensive", REASON)
    assert replies.names == ["cancel_now", "talk_to_human"]
    assert world.ledger("ada") == []


def test_it_is_asked_once_for_one_declaration(world: World) -> None:
    """P5: two chats that raced each other get one question between them."""
    chat, other = world.chat("ada"), world.chat("ada")
    first, second = chat.accept("cancel"), other.accept("cancel")
    assert chat.answer(first, CANCEL).kinds == ["receipt", "exit_question"]
    assert other.answer(second, CANCEL).kinds == ["receipt"]


def test_it_is_not_asked_while_a_person_is_in_charge(world: World) -> None:
    """P10: staff do the talking."""
    chat = world.chat("ada")
    chat.say("a person please", cases.talk_to_human)
    held = chat.accept("cancel")
    chat.prepare(held)
    assert chat.case is not None
    cases.reply(world.deps, chat.case.id, "Hello, this is Kim.")
    chat.act(held, CANCEL)
    assert chat.complete(held).kinds == ["receipt"]


def test_the_question_of_one_customer_is_not_answered_by_another(world: World) -> None:
    """P3: the next one at the same screen has not left for Ada's reasons."""
    chat = world.chat("ada")
    asked = chat.say("cancel", CANCEL)
    chat.say("log me out", sign_in.log_out)
    chat.verify("max@example.com")
    chat.say("too expensive", REASON)
    chat.press(asked.button("reason:unused"))
    assert world.answers() == []


def test_a_reason_after_logging_out_is_nobodys(world: World) -> None:
    """Whoever writes now has proved nothing."""
    chat = world.chat("ada")
    chat.say("cancel", CANCEL)
    chat.say("log me out", sign_in.log_out)
    assert "Thank you for telling us" in chat.say("too expensive", REASON).text
    assert world.answers() == []
