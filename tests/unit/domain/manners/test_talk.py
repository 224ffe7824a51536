from __future__ import annotations

from typing import Any

import pytest

from bot.domain.manners.findings import Finding, Rule
from bot.domain.manners.talk import judge_talk
from tests.fixtures.manners_talks import lexicons, message, talks

WORDS = tuple(lexicons().values())
OURS = [name for name in talks() if name != "six_clicks"]
RECEIPT = {"bot": "Done. Receipt R-1.", "kind": "receipt", "receipt": "cancel"}
QUESTION: dict[str, Any] = {
    "bot": "If you like: what made you leave?",
    "kind": "exit_question",
    "buttons": [("reason:other", "Something else"), ("skip", "Skip")],
}
CANCEL = {"customer": "cancel", "intent": "cancel"}


def judged(*entries: dict[str, Any]) -> list[Finding]:
    """What is found in a conversation of these messages."""
    return list(judge_talk([message(seq, **entry) for seq, entry in enumerate(entries, 1)], WORDS))


def rules(*entries: dict[str, Any]) -> set[Rule]:
    """The rules it breaks."""
    return {finding.rule for finding in judged(*entries)}


@pytest.mark.parametrize("name", OURS)
def test_how_it_should_be_passes(name: str) -> None:
    """One message, two for several plans, one last press, a code, an undo, a person: nothing is found."""
    assert judge_talk(talks()[name], WORDS) == []


def test_six_clicks_and_fifteen_options_fail() -> None:
    """What leaving is like elsewhere is found out in all its parts, each where it stands."""
    found = judge_talk(talks()["six_clicks"], WORDS)
    assert {finding.rule for finding in found} >= {
        Rule.SADNESS, Rule.CHEER, Rule.ASKING_AGAIN, Rule.CONFIRM_SHAMING, Rule.UNEQUAL_BUTTONS,
        Rule.URGENCY, Rule.SALES, Rule.GUILT, Rule.TOO_MANY_CHOICES, Rule.NO_WAY_OUT, Rule.QUESTION_BEFORE,
        Rule.OFFER_BEFORE, Rule.REPEATED_OFFER, Rule.EXIT_QUESTION, Rule.TOO_MANY_TURNS,
    }  # fmt: skip
    turns = next(finding for finding in found if finding.rule is Rule.TOO_MANY_TURNS)
    assert turns.words.startswith("7 messages")
    assert turns.where == "message 14"


def test_the_exit_question_comes_after_the_confirmation() -> None:
    """Asked before it is done, it is found, however politely it is asked."""
    assert rules(CANCEL, QUESTION, {"customer": "Skip", "intent": "thank"}, RECEIPT) == {Rule.QUESTION_BEFORE}
    assert rules(CANCEL, RECEIPT, QUESTION) == set()


def test_the_exit_question_comes_once() -> None:
    """A second time about the same cancellation is found."""
    assert rules(CANCEL, RECEIPT, QUESTION, {"customer": "hm", "intent": "greet"}, QUESTION) == {
        Rule.EXIT_QUESTION
    }


def test_the_exit_question_can_be_skipped() -> None:
    """Without a button for not answering it is found."""
    closed = {**QUESTION, "buttons": [("reason:other", "Something else")]}
    assert rules(CANCEL, RECEIPT, closed) == {Rule.NO_WAY_OUT}


def test_the_exit_question_is_a_message_of_its_own() -> None:
    """In the confirmation itself it is found."""
    both = {**RECEIPT, "bot": "Done. What made you leave?", "buttons": [("skip", "Skip")]}
    assert Rule.EXIT_QUESTION in rules(CANCEL, both)


def test_who_and_which_may_be_asked_and_nothing_else() -> None:
    """A question that need not be answered to cancel is found before the confirmation."""
    favourite = {"bot": "What is your favourite colour?"}
    found = judged(CANCEL, favourite, {"customer": "red", "intent": "choose"}, RECEIPT)
    assert {finding.rule for finding in found} == {Rule.QUESTION_BEFORE, Rule.TOO_MANY_TURNS}
    assert found[0].words == "What is your favourite colour?"


def test_a_subject_of_the_customers_own_is_not_held_against_the_bot() -> None:
    """Who asks something else on the way is answered, and that is no turn too many."""
    assert rules(
        CANCEL,
        {"bot": "Which e-mail address is the account under?"},
        {"customer": "hello?", "intent": "greet"},
        {"bot": "Hello. What would you like to do?"},
        {"customer": "[email]", "intent": "give_email"},
        {"bot": "Write the six-digit code."},
        {"customer": "[code]", "intent": "give_code"},
        RECEIPT,
    ) == set()  # fmt: skip


def test_the_same_question_twice_is_found() -> None:
    """Asking again what was asked, word for word, is found, and so are the messages that takes."""
    which = {"bot": "Which one should end?", "kind": "choice", "buttons": [("cancel:pro", "Pro plan")]}
    again = {"customer": "hm", "intent": "nlu_fallback"}
    assert rules(CANCEL, which, again, which, again, which, again, RECEIPT) == {
        Rule.REPEATED_QUESTION, Rule.TOO_MANY_TURNS,
    }  # fmt: skip


def test_an_offer_that_was_asked_for_is_none() -> None:
    """Whoever asks "Can I pause instead?" may be told of a pause."""
    pause = {"bot": "You can pause instead."}
    assert rules({"customer": "can I pause?", "intent": "pause"}, pause) == set()
    assert Rule.OFFER_BEFORE in rules(CANCEL, pause)


def test_a_conversation_that_never_gets_there_counts() -> None:
    """Who has said it three times and holds no receipt has been put off, too."""
    again = {"bot": "Sure?", "buttons": [("yes", "Yes"), ("no", "No")]}
    assert Rule.TOO_MANY_TURNS in rules(CANCEL, again, CANCEL, again, CANCEL, again)


def test_an_empty_conversation_has_no_faults() -> None:
    """Nothing said, nothing found."""
    assert judged() == []


def test_messages_in_a_row_are_one() -> None:
    """Whoever writes in several bubbles is not counted twice, nor is what comes while a code is asked for."""
    code = {"bot": "Write the six-digit code."}
    assert rules(CANCEL, CANCEL, RECEIPT) == set()
    given = {"customer": "[code]", "intent": "give_code"}
    assert rules(CANCEL, code, CANCEL, code, CANCEL, code, given, RECEIPT) == set()


def test_a_wish_that_is_taken_back_is_no_delay() -> None:
    """Whoever says no to the last press has been kept from nothing."""
    shown = [("cancel_now", "Cancel now"), ("keep", "Keep it")]
    press = {"bot": "Press the button and it is done.", "kind": "choice", "buttons": shown}
    kept = {"bot": "All right. Nothing was cancelled."}
    no = {"customer": "no", "intent": "deny"}
    assert rules(CANCEL, press, no, kept, CANCEL, press, no, kept, CANCEL, press, CANCEL, RECEIPT) == set()
