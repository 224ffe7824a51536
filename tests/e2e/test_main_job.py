"""The main job over HTTP, with the real bot: one message cancels, with a receipt, and then one question."""

from __future__ import annotations

import httpx
import pytest

from tests.e2e.chat import Chat, Reply, kinds
from tests.e2e.conftest import Visit
from tests.e2e.instance import Instance

CANCELLED = ["receipt", "exit_question"]

OTHER_WAYS = (
    "cancel",
    "pls cancel my sub",
    "I'd like to end my membership today",
    "stop charging me, I'm done",
    "get me out of this plan",
    "CANCEL!!!",
    "Hi there. I moved to another town last month. I hardly open the app. Please cancel my subscription.",
    "cancel my subscription",
    "I want to cancel my plan",
    "please cancel",
    "Please cancel my account subscription",
    "can you cancel my subscription please",
    "I would like to cancel",
    "i wanna cancel",
    "end my subscription",
    "terminate my subscription",
    "I want to quit my subscription",
    "close my subscription",
    "cancel it",
    "stop my subscription",
    "I no longer want this subscription",
    "please terminate my membership",
    "could you cancel my plan right now please",
    "cancel my membership please",
    "I am done with this, cancel my subscription",
    "unsubscribe me from my paid plan",
    "I want to end my plan",
    "I'd like to terminate my contract",
    "don't renew my subscription",
    "discontinue my plan",
    "I wish to cancel my membership effective immediately",
    "cancle my subscription",
    "i want to cancel my subscribtion",
    "Ｃａｎｃｅｌ my subscription",
)


def test_one_message_is_enough(visit: Visit, fairwell: Instance) -> None:
    """One message, "I want to cancel": the receipt first, one exit question last, and the book says so."""
    answer = visit("demo-solo").say("I want to cancel")

    assert kinds(answer) == CANCELLED
    assert fairwell.ledger.status("demo-solo") == {"pro": "cancelling"}
    receipt = answer[0].receipt
    assert receipt is not None
    assert receipt["kind"] == "cancel"
    assert receipt["subscription"] == "Pro"
    assert list(answer[0].buttons) == ["undo"]
    names = list(answer[1].buttons)
    assert names[-2:] == ["reason:other", "skip"]
    assert len(names) == len(set(names)) == 10


def test_the_receipt_opens_with_its_key_only(visit: Visit) -> None:
    """The receipt's address shows it; without the key, or with another, there is no such page."""
    receipt = visit("demo-solo").say("I want to cancel")[0].receipt
    assert receipt is not None
    url = httpx.URL(receipt["url"])

    shown = httpx.get(url, trust_env=False, timeout=30)
    document = httpx.get(url, headers={"Accept": "application/json"}, trust_env=False, timeout=30)
    keyless = httpx.get(url.copy_with(query=None), trust_env=False, timeout=30)
    wrong = httpx.get(url.copy_set_param("key", "A" * 43), trust_env=False, timeout=30)

    assert shown.status_code == 200
    assert receipt["number"] in shown.text
    assert set(document.json()) == {"jws", "disclosures"}
    assert [keyless.status_code, wrong.status_code] == [404, 404]


@pytest.mark.parametrize("words", OTHER_WAYS)
def test_other_ways_to_say_it(visit: Visit, fairwell: Instance, words: str) -> None:
    """However it is said, it is done at once."""
    answer = visit("demo-solo").say(words)

    assert kinds(answer) == CANCELLED, answer[0].text
    assert fairwell.ledger.status("demo-solo") == {"pro": "cancelling"}


def test_several_plans_are_asked_about_and_a_button_picks(visit: Visit, fairwell: Instance) -> None:
    """With several subscriptions one question comes, and the button cancels that one alone."""
    chat = visit("demo-multi")

    question = chat.say("I want to cancel")
    assert kinds(question) == ["choice"]
    assert set(question[0].buttons) == {
        "cancel:basic",
        "cancel:pro",
        "cancel:team",
        "cancel_all",
    }
    assert "cancelling" not in fairwell.ledger.status("demo-multi").values()

    assert kinds(chat.press(question[0].buttons["cancel:pro"])) == CANCELLED
    assert fairwell.ledger.status("demo-multi") == {"basic": "active", "pro": "cancelling", "team": "active"}


def test_everything_at_once(visit: Visit, fairwell: Instance) -> None:
    """With "cancel everything" there is no question: three receipts, one exit question."""
    answer = visit("demo-multi").say("cancel everything")

    assert kinds(answer) == ["receipt", "receipt", "receipt", "exit_question"]
    assert len({reply.receipt["number"] for reply in answer if reply.receipt}) == 3
    assert set(fairwell.ledger.status("demo-multi").values()) == {"cancelling"}


def test_a_plan_named_in_the_sentence(visit: Visit, fairwell: Instance) -> None:
    """With "cancel my Basic plan" that one ends and nothing else, without a question."""
    answer = visit("demo-multi").say("cancel my Basic plan")

    assert kinds(answer) == CANCELLED
    assert fairwell.ledger.status("demo-multi") == {"basic": "cancelling", "pro": "active", "team": "active"}


def test_nothing_to_cancel(visit: Visit, fairwell: Instance) -> None:
    """Who has no subscription is told so, without an error and without a question about why."""
    answer = visit("demo-none").say("I want to cancel")

    assert kinds(answer) == ["text"]
    assert fairwell.ledger.operations("demo-none") == []


def test_already_cancelled(visit: Visit, fairwell: Instance) -> None:
    """Who has cancelled before sees the earlier receipt; nothing new is made."""
    before = fairwell.ledger.operations("demo-ended")
    answer = visit("demo-ended").say("I want to cancel")

    assert kinds(answer) == ["receipt"]
    assert answer[0].receipt is not None
    assert answer[0].receipt["number"] == before[0].receipts[0]
    assert fairwell.ledger.operations("demo-ended") == before


@pytest.mark.parametrize("by", ["word", "button"])
def test_undo_and_cancel_again(visit: Visit, fairwell: Instance, by: str) -> None:
    """Undo, by word or by button, has a receipt of its own; cancelling again makes a third one."""
    chat = visit("demo-solo")
    first = chat.say("I want to cancel")

    undone = chat.say("undo that please") if by == "word" else chat.press(first[0].buttons["undo"])
    assert kinds(undone) == ["receipt"]
    assert fairwell.ledger.status("demo-solo") == {"pro": "active"}

    again = chat.say("I want to cancel")
    assert kinds(again) == CANCELLED
    assert [(item.generation, item.kind) for item in fairwell.ledger.operations("demo-solo")] == [
        (1, "cancel"),
        (2, "undo"),
        (3, "cancel"),
    ]
    assert len({_number(first), _number(undone), _number(again)}) == 3


def test_a_second_press_repeats_the_outcome(visit: Visit, fairwell: Instance) -> None:
    """Pressing [Undo] twice undoes once and answers alike."""
    chat = visit("demo-solo")
    undo = chat.say("I want to cancel")[0].buttons["undo"]

    assert [_number(chat.press(undo)) for _ in range(2)] == [
        fairwell.ledger.operations("demo-solo")[1].receipts[0]
    ] * 2
    assert len(fairwell.ledger.operations("demo-solo")) == 2


@pytest.mark.parametrize("answer", ["reason:too_expensive", "skip", "it got too expensive for me"])
def test_the_exit_question_is_asked_once(visit: Visit, answer: str) -> None:
    """A reason by button, in own words, or none: all are accepted, and nobody asks again."""
    chat = visit("demo-solo")
    question = chat.say("I want to cancel")[-1]

    thanks = chat.press(question.buttons[answer]) if answer in question.buttons else chat.say(answer)

    assert kinds(thanks) == ["text"]
    assert "exit_question" not in kinds(chat.say("thanks"))
    asked = [message for message in chat.history() if message["kind"] == "exit_question"]
    assert len(asked) == 1


def _number(answer: list[Reply]) -> str:
    receipt = answer[0].receipt
    assert receipt is not None
    return str(receipt["number"])


def test_the_history_tells_it_in_order(visit: Visit) -> None:
    """The conversation reads the same afterwards: the customer's words, then the answer."""
    chat: Chat = visit("demo-solo")
    answer = chat.say("I want to cancel")

    history = chat.history()

    assert [message["from"] for message in history] == ["customer", "bot", "bot"]
    assert [message["seq"] for message in history[1:]] == [reply.seq for reply in answer]
    assert history[0]["text"] == "I want to cancel"
