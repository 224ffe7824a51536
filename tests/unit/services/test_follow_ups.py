from __future__ import annotations

from functools import partial

import pytest

from bot.domain.conversations import Understanding
from bot.domain.exit_interview import Reason
from bot.domain.follow_ups import FollowUp, FollowUpState
from bot.services import not_here_yet, sign_in
from bot.services.acting import act
from tests.unit.services.script import CANCEL, CODE, REASON, SKIP, UNCLEAR, UNDO, Replies
from tests.unit.services.world import Chat, World

UNSUBSCRIBE = partial(not_here_yet.handle, subject="unsubscribe")


def kept(world: World) -> list[FollowUp]:
    """Who waits to be told."""
    with world.store.begin() as work:
        return list(work.follow_ups.open())


def explain(chat: Chat, words: str, *reasons: str) -> Replies:
    """Says why, in words in which `reasons` are understood."""
    inbox_id = chat.accept(words)
    chat.prepare(inbox_id)
    act(chat.world.deps, chat.id, inbox_id, REASON, Understanding("give_reason", 0.9, reasons=reasons))
    return chat.complete(inbox_id)


def asked(chat: Chat, reason: str = "too_expensive") -> Replies:
    """Cancels and gives a reason by button; returns the thanks."""
    return chat.press(chat.say("cancel everything", CANCEL).button(f"reason:{reason}"))


def test_one_quiet_button_under_the_thanks(world: World) -> None:
    """P8: nothing is said about it, and nothing is asked; one press is consent to one message."""
    chat = world.chat("ada")
    thanks = asked(chat)
    assert (thanks.text, thanks.titles) == ("Thank you, that helps.", ["Hear if that changes"])
    noted = chat.press(thanks.button("tell_me"))
    assert noted.text.startswith("Noted. If that changes, we write to you once, by e-mail,")
    assert noted.titles == ["Don't write to me"]
    (consent,) = kept(world)
    assert (consent.customer_ref, consent.channel, consent.reasons) == ("ada", "web", (Reason.TOO_EXPENSIVE,))
    assert (consent.words, consent.given_at) == ("Hear if that changes", world.clock.now())
    assert consent.conversation_id == chat.id
    assert chat.press(thanks.button("tell_me")) == noted
    assert len(kept(world)) == 1


@pytest.mark.parametrize("reason", ["temporary", "unused", "switched_service", "other"])
def test_no_button_where_there_is_nothing_to_change(world: World, reason: str) -> None:
    """What lies with the customer is not the company's to fix."""
    assert asked(world.chat("ada"), reason).names == []


def test_the_button_is_shown_once(world: World) -> None:
    """Not under a second answer, not to who skips, not where the question was never put."""
    chat = world.chat("ada")
    assert asked(chat).names == ["tell_me"]
    assert explain(chat, "and it is slow", "low_quality").names == []
    other = world.chat("max")
    other.say("cancel my Pro plan", CANCEL)
    assert other.say("rather not say", SKIP).names == []
    assert "tell_me" not in other.say("too expensive", REASON).names


def test_asked_for_in_the_answer_itself(world: World) -> None:
    """The reason is kept as an answer, the wish as a consent, with the words; no button on top."""
    chat = world.chat("ada")
    chat.say("cancel", CANCEL)
    both = explain(chat, "Too expensive, tell me if it gets cheaper", "too_expensive")
    assert [message.text.partition(".")[0] for message in both.messages] == ["Thank you, that helps", "Noted"]
    assert both.names == ["dont_tell_me"]
    (consent,) = kept(world)
    assert consent.words == "Too expensive, tell me if it gets cheaper"
    assert consent.reasons == (Reason.TOO_EXPENSIVE,)
    assert len(world.answers()) == 1


@pytest.mark.parametrize(
    "words", ["let me know when you have dark mode", "Sagt Bescheid, wenn ihr Dark Mode habt"]
)
def test_asked_for_in_words_after_the_answer(world: World, words: str) -> None:
    """Whatever the model would make of them; they are no second answer. All reasons given count."""
    chat = world.chat("ada")
    asked(chat, "missing_features")
    explain(chat, "no dark mode, and dear", "too_expensive")
    inbox_id = chat.accept(words)
    assert chat.prepare(inbox_id).intent == "give_reason"
    assert chat.answer(inbox_id).text.startswith("Noted.")
    (consent,) = kept(world)
    assert (consent.words, consent.reasons) == (words, (Reason.TOO_EXPENSIVE, Reason.MISSING_FEATURES))
    assert len(world.answers()) == 2


def test_where_no_reason_was_recognised_the_words_stand_for_it(world: World) -> None:
    """So that somebody can still see what it is about."""
    chat = world.chat("ada")
    chat.say("cancel", CANCEL)
    explain(chat, "no tags")
    chat.answer(chat.accept("tell me when you have tags"))
    assert [item.reasons for item in kept(world)] == [(Reason.OTHER,)]


def test_the_words_mean_nothing_else_elsewhere(world: World) -> None:
    """Before an answer, and a day after the question, they are read by the model like any other."""
    chat = world.chat("ada")
    words = "let me know when you have dark mode"
    assert chat.prepare(chat.accept(words)).text == words
    chat = world.chat("ada")
    chat.say("cancel", CANCEL)
    assert chat.prepare(chat.accept(words)).text == words
    chat = world.chat("max")
    asked(chat)
    world.clock.advance(hours=24)
    assert chat.prepare(chat.accept(words)).text == words
    assert kept(world) == []


def test_it_is_taken_back_by_the_button(world: World) -> None:
    """As easily as it was given; what was pressed once stays so."""
    chat = world.chat("ada")
    noted = chat.press(asked(chat).button("tell_me"))
    back = chat.press(noted.button("dont_tell_me"))
    assert back.text == "That's fine. We will not write to you about that."
    assert kept(world) == []
    declared = chat.declarations[0].id
    with world.store.begin() as work:
        settled = work.follow_ups.of_declaration(declared)
    assert settled is not None
    assert (settled.state, settled.settled_at) == (FollowUpState.WITHDRAWN, world.clock.now())


@pytest.mark.parametrize("words", ["don't write to me", "Schreiben Sie mir bitte nicht"])
def test_it_is_taken_back_in_words(world: World, words: str) -> None:
    """Weeks later, by who is not verified any more, in the chat where it was given; elsewhere by proof."""
    chat = world.chat("ada")
    chat.press(asked(chat).button("tell_me"))
    world.clock.advance(days=20)
    stranger = world.chat()
    assert stranger.prepare(stranger.accept(words)).text == words
    assert len(kept(world)) == 1
    inbox_id = chat.accept(words)
    assert chat.prepare(inbox_id).intent == "decline"
    assert "We will not write to you" in chat.answer(inbox_id).text
    assert kept(world) == []


def test_it_is_taken_back_from_another_chat(world: World) -> None:
    """Of whoever proves to be the same customer, and of nobody else."""
    asked_in, other, max_chat = world.chat("ada"), world.chat("ada"), world.chat("max")
    asked_in.press(asked(asked_in).button("tell_me"))
    max_chat.press(asked(max_chat).button("tell_me"))
    other.answer(other.accept("don't write to me"))
    assert [item.customer_ref for item in kept(world)] == ["max"]


def test_who_wants_no_mail_at_all_wants_this_one_no_more_either(world: World) -> None:
    """Said beside what else becomes of that wish."""
    chat = world.chat("ada")
    chat.press(asked(chat).button("tell_me"))
    said = chat.say("unsubscribe me from your e-mails", UNSUBSCRIBE)
    assert "We will not write to you about that" in said.messages[0].text
    assert len(said.messages) == 2
    assert kept(world) == []
    assert len(chat.say("unsubscribe me from your e-mails", UNSUBSCRIBE).messages) == 1


def test_what_was_taken_back_can_be_asked_for_again(world: World) -> None:
    """In words; the time and the words are those of the new consent."""
    chat = world.chat("ada")
    chat.press(chat.press(asked(chat).button("tell_me")).button("dont_tell_me"))
    world.clock.advance(hours=1)
    chat.answer(chat.accept("let me know if that changes"))
    (consent,) = kept(world)
    assert (consent.words, consent.given_at) == ("let me know if that changes", world.clock.now())


def test_a_wish_to_cancel_is_never_taken_for_it(world: World) -> None:
    """P1: the model reads it."""
    chat = world.chat("max")
    chat.press(asked(chat).button("tell_me"))
    for words in (
        "cancel everything and don't write to me",
        "tell me if it gets cheaper, and cancel my plan",
    ):
        assert chat.prepare(chat.accept(words)).text == words


def test_who_is_not_known_any_more_proves_it_first(world: World) -> None:
    """Consent is the customer's own: pressed after a day, it takes the code; then it is noted."""
    chat = world.chat("ada")
    thanks = asked(chat)
    world.clock.advance(hours=25)
    assert "e-mail address" in chat.press(thanks.button("tell_me")).text
    assert kept(world) == []
    known = chat.say(chat.ask_code("ada@example.com"), CODE)
    assert "Noted" in known.text
    (consent,) = kept(world)
    assert consent.words == "Hear if that changes"


def test_another_customer_at_the_same_screen_consents_to_nothing(world: World) -> None:
    """P3: Ada's reasons are not Max's, by button and by words."""
    chat = world.chat("ada")
    thanks = asked(chat)
    chat.say("log me out", sign_in.log_out)
    chat.verify("max@example.com")
    assert chat.press(thanks.button("tell_me")).text == "Thank you for telling us."
    chat.answer(chat.accept("let me know when you have tags"))
    assert kept(world) == []


def test_undo_leaves_it_as_it_is(world: World) -> None:
    """They have asked for it, and have not taken it back."""
    chat = world.chat("ada")
    chat.press(asked(chat).button("tell_me"))
    chat.say("undo", UNDO)
    assert len(kept(world)) == 1


def test_while_a_person_is_in_charge_nothing_is_noted(world: World) -> None:
    """P10: what is written then is staff's to read."""
    from bot.services import cases  # noqa: PLC0415 - used here only

    chat = world.chat("ada")
    asked(chat)
    chat.say("a person please", cases.talk_to_human)
    assert chat.case is not None
    cases.reply(world.deps, chat.case.id, "Hello, this is Kim.")
    assert chat.answer(chat.accept("let me know if that changes"), UNCLEAR) == Replies(())
    assert kept(world) == []
