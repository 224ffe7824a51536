from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.domain.periods import Interval
from bot.domain.subscriptions import Plan, Status
from tests.unit.services.world import CANCEL, CHOOSE, DAY_PASS, FLAT, NO, PRO, STATUS, UNDO, YES, World

if TYPE_CHECKING:
    from bot.services.turn import Handler


def test_one_message_cancels_the_only_subscription(world: World) -> None:
    """P1: one message, nothing asked before; the confirmation first, then the exit question as the last."""
    replies = world.chat("ada").say("I want to cancel", CANCEL)
    assert replies.kinds == ["receipt", "exit_question"]
    assert "Done. Your Pro plan is cancelled. You can use it until 1 April 2026" in replies.text
    assert replies.messages[0].buttons[0][0] == "undo"
    assert world.state("ada-pro") is Status.CANCELLING


def test_the_receipt_states_what_was_said_and_when(world: World) -> None:
    """P6: the customer's words and our arrival time stand in the receipt that the reply shows."""
    began = world.clock.now()
    replies = world.chat("ada").say("I want to cancel", CANCEL)
    shown = replies.messages[0].receipt
    assert shown is not None
    assert (shown.kind, shown.subscription, shown.received_at) == ("cancel", "Pro", began)
    assert shown.url == f"https://fairwell.example/receipts/{shown.number}?key=key-of-{shown.number}"
    assert [receipt.number for receipt in world.receipts("ada")] == [shown.number]


def test_the_platforms_signed_time_wins_over_our_arrival_time(world: World) -> None:
    """P4: where a platform signs the time of a message, the declaration counts from then."""
    said_at = datetime(2026, 3, 10, 9, 25, tzinfo=UTC)
    world.chat("ada").say("I want to cancel", CANCEL, said_at=said_at)
    assert world.receipts("ada")[0].received_at == said_at


def test_several_subscriptions_need_one_question_and_one_press(world: World) -> None:
    """P1: a button for each plan and one for all; the press cancels that plan and no other."""
    chat = world.chat("max")
    asked = chat.say("I want to cancel", CANCEL)
    assert asked.names == ["cancel:basic", "cancel:pro", "cancel:team", "cancel_all"]
    assert asked.titles == ["Basic plan", "Pro plan", "Team plan", "All of them"]
    done = chat.press(asked.button("cancel:pro"))
    assert done.kinds == ["receipt", "exit_question"]
    assert [world.state(f"max-{plan}") for plan in ("basic", "pro", "team")] == [
        Status.ACTIVE,
        Status.CANCELLING,
        Status.ACTIVE,
    ]


@pytest.mark.parametrize(
    ("words", "plans"),
    [
        ("Pro", ["pro"]),
        ("the Basic one", ["basic"]),
        ("the second one", ["pro"]),
        ("all of them", ["basic", "pro", "team"]),
        ("Basic and Team please", ["basic", "team"]),
    ],
)
def test_the_question_can_be_answered_in_words(world: World, words: str, plans: list[str]) -> None:
    """P1: the second message picks, by whatever name."""
    chat = world.chat("max")
    chat.say("I want to cancel", CANCEL)
    replies = chat.say(words, CHOOSE)
    assert replies.kinds == ["receipt"] * len(plans) + ["exit_question"]
    ended = [plan for plan in ("basic", "pro", "team") if world.state(f"max-{plan}") is Status.CANCELLING]
    assert ended == plans


@pytest.mark.parametrize(
    ("words", "plans"),
    [("cancel my Pro plan", ["pro"]), ("cancel everything", ["basic", "pro", "team"])],
)
def test_a_sentence_that_names_the_plan_needs_no_question(world: World, words: str, plans: list[str]) -> None:
    """P1: one receipt each, and one exit question in all."""
    replies = world.chat("max").say(words, CANCEL)
    assert replies.kinds == ["receipt"] * len(plans) + ["exit_question"]
    assert [receipt.plan_name.lower() for receipt in world.receipts("max")] == plans


@pytest.mark.parametrize(
    "words",
    [
        "I want to cancel, it's all too expensive",
        "cancel please, everything broke",
        "I want to cancel. All my data was lost",
        "we both want to cancel",
        "please cancel, thanks for everything",
        "cancel my account and all data",
        "I want to cancel my subscription after all",
    ],
)
def test_all_said_of_something_else_cancels_nothing_yet(world: World, words: str) -> None:
    """P1 never means a guess: which one is asked, once."""
    assert world.chat("max").say(words, CANCEL).names[-1] == "cancel_all"
    assert world.ledger("max") == []


@pytest.mark.parametrize(
    "words",
    [
        "cancel everything",
        "CANCEL IT ALL",
        "please cancel all of my plans",
        "end all three",
        "close everything you have",
        "everything should be cancelled",
        "cancel both of them, all of them",
        "all my plans should end today",
        "get me out of all of them",
        "kündige alles",
        "bitte alle Abos kündigen",
    ],
)
def test_all_said_of_the_plans_cancels_all(world: World, words: str) -> None:
    """One message for all of them."""
    assert world.chat("max").say(words, CANCEL).kinds == ["receipt"] * 3 + ["exit_question"]


@pytest.mark.parametrize(
    "words", ["all", "all of them", "everything please", "yes, all", "both", "all three"]
)
def test_which_one_is_answered_by_all(world: World, words: str) -> None:
    """In a word."""
    chat = world.chat("max")
    chat.say("I want to cancel", CANCEL)
    assert chat.say(words, CHOOSE).kinds == ["receipt"] * 3 + ["exit_question"]


@pytest.mark.parametrize("words", ["is everything ok?", "that's all I know", "what is all this"])
def test_which_one_is_not_answered_by_any_all(world: World, words: str) -> None:
    """Not understood, asked again."""
    chat = world.chat("max")
    chat.say("I want to cancel", CANCEL)
    assert chat.say(words, CHOOSE).kinds == ["choice"]
    assert world.ledger("max") == []


def test_what_should_stay_is_not_guessed_at(world: World) -> None:
    """The wish "everything but Pro" is asked about, by button."""
    replies = world.chat("max").say("cancel everything but Pro", CANCEL)
    assert replies.kinds == ["choice"]
    assert world.ledger("max") == []


def test_an_answer_that_names_none_is_asked_again_once_and_then_a_clarifying_question(world: World) -> None:
    """The question is repeated once; then it is not understood, and a person is near."""
    chat = world.chat("max")
    chat.say("I want to cancel", CANCEL)
    assert "none of your plans" in chat.say("the green one", CHOOSE).text
    second = chat.say("the blue one", CHOOSE)
    assert "still don't understand" in second.text
    assert chat.case is not None


def test_choosing_while_nothing_is_asked_is_not_understood(world: World) -> None:
    """The word "Pro", out of the blue, cancels nothing."""
    replies = world.chat("max").say("Pro", CHOOSE)
    assert "wasn't clear" in replies.text
    assert world.ledger("max") == []


def test_a_choice_of_a_plan_that_is_cancelled_already_keeps_the_question_open(world: World) -> None:
    """It says so, and asks again for those that run."""
    chat = world.chat("max")
    chat.say("cancel my Pro plan", CANCEL)
    world.clock.advance(minutes=1)
    chat.say("cancel another one", CANCEL)
    replies = chat.say("Pro", CHOOSE)
    assert "already cancelled" in replies.text
    assert replies.names[-3:] == ["cancel:basic", "cancel:team", "cancel_all"]


def test_a_choice_after_all_is_cancelled_elsewhere_says_so(world: World) -> None:
    """Another chat was faster: the same answer, no second effect, no second exit question."""
    chat, other = world.chat("max"), world.chat("max")
    chat.say("I want to cancel", CANCEL)
    done = other.say("cancel everything", CANCEL)
    late = chat.say("all of them", CHOOSE)
    assert late.numbers == done.numbers
    assert "exit_question" not in late.kinds
    assert len(world.ledger("max")) == 3


def test_naming_a_plan_that_is_cancelled_does_not_touch_the_other(world: World) -> None:
    """Said twice, "cancel my Pro plan" leaves Basic and Team alone and shows the earlier receipt."""
    chat = world.chat("max")
    first = chat.say("cancel my Pro plan", CANCEL)
    world.clock.advance(minutes=5)
    again = chat.say("cancel my Pro plan", CANCEL)
    assert "already cancelled and ends on" in again.text
    assert again.numbers == first.numbers
    assert len(world.ledger("max")) == 1


def test_naming_a_cancelled_plan_leaves_the_only_one_that_runs_alone(world: World) -> None:
    """One plan left does not make it the one that is meant."""
    world.customer("zoe", DAY_PASS, PRO)
    chat = world.chat("zoe")
    chat.say("cancel my Pro plan", CANCEL)
    world.clock.advance(minutes=5)
    assert "already cancelled" in chat.say("cancel my Pro plan", CANCEL).text
    assert world.state("zoe-pass") is Status.ACTIVE


def test_nothing_to_cancel_is_said_and_is_no_error(world: World) -> None:
    """No subscription at all."""
    replies = world.chat("nil").say("I want to cancel", CANCEL)
    assert replies.kinds == ["text"]
    assert "nothing to cancel" in replies.text


def test_a_cancellation_we_did_not_make_is_told_with_its_last_day(world: World) -> None:
    """The provider knows it as ended; we have no receipt. Midnight belongs to the day before."""
    midnight = datetime(2026, 2, 28, 23, 0, tzinfo=UTC)  # 1 March, 0:00 in Berlin
    world.customer("old", PRO, status=Status.ENDED, ends_at=midnight)
    replies = world.chat("old").say("cancel", CANCEL)
    assert "28 February 2026 as its last day" in replies.text


def test_an_ended_subscription_is_told_with_its_receipt(world: World) -> None:
    """Cancelled long ago: the earlier receipt, no button, no second effect."""
    first = world.chat("ada").say("cancel", CANCEL)
    world.clock.advance(days=60)
    late = world.chat("ada").say("cancel", CANCEL)
    assert "already cancelled and ended on 1 April 2026" in late.text
    assert (late.numbers, late.names) == (first.numbers, [])


def test_until_names_the_last_day_where_the_end_falls_on_midnight(world: World) -> None:
    """A period that ends at 0:00 on 1 April in Berlin can be used until 31 March."""
    world.customer("eve", PRO, anchor=datetime(2025, 12, 31, 23, 0, tzinfo=UTC))
    replies = world.chat("eve").say("cancel", CANCEL)
    assert "until 31 March 2026" in replies.text
    world.clock.advance(minutes=1)
    assert "ends on 31 March 2026" in world.chat("eve").say("cancel", CANCEL).text
    assert "until 31 March 2026" in world.chat("eve").say("status?", STATUS).text


def test_a_plan_that_ends_at_once_needs_one_press_with_the_exact_refund(world: World) -> None:
    """P1: it cannot be undone, so it is told and asked for; 525.5 of 743 hours are left."""
    world.customer("pat", DAY_PASS)
    chat = world.chat("pat")
    asked = chat.say("I want to cancel", CANCEL)
    assert asked.kinds == ["choice"]
    assert "€21.93" in asked.text
    assert asked.names == ["cancel_now", "keep"]
    assert world.ledger("pat") == []
    done = chat.press(asked.button("cancel_now"))
    assert done.kinds == ["receipt", "exit_question"]
    assert "has ended today, 10 March 2026" in done.text
    assert "€21.93 will be paid back" in done.text
    assert done.messages[0].buttons == ()
    assert world.state("pat-pass") is Status.ENDED
    assert world.ledger("pat")[0].refunded.minor == 2193


def test_a_plan_without_refund_says_nothing_of_money(world: World) -> None:
    """The same, where nothing comes back."""
    world.customer("pat", FLAT)
    chat = world.chat("pat")
    asked = chat.say("I want to cancel", CANCEL)
    assert "€" not in asked.text
    assert "ended today" in chat.press(asked.button("cancel_now")).text


def test_yes_is_the_press_that_was_asked_for(world: World) -> None:
    """One short word is enough."""
    world.customer("pat", DAY_PASS)
    chat = world.chat("pat")
    chat.say("I want to cancel", CANCEL)
    assert chat.say("yes", YES).kinds == ["receipt", "exit_question"]
    assert world.state("pat-pass") is Status.ENDED


def test_yes_after_another_subject_is_not_the_press(world: World) -> None:
    """What was offered before another subject came up is not what "yes" means."""
    world.customer("pat", DAY_PASS)
    chat = world.chat("pat")
    chat.say("I want to cancel", CANCEL)
    chat.say("when would it end?", STATUS)
    assert "wasn't clear" in chat.say("yes", YES).text
    assert world.state("pat-pass") is Status.ACTIVE


@pytest.mark.parametrize("how", ["press", "word"])
def test_keep_leaves_everything_as_it_is(world: World, how: str) -> None:
    """[Keep it] and "no" take the wish back; the old button then asks anew instead of ending it."""
    world.customer("pat", DAY_PASS)
    chat = world.chat("pat")
    asked = chat.say("I want to cancel", CANCEL)
    kept = chat.press(asked.button("keep")) if how == "press" else chat.say("no", NO)
    assert "Nothing was cancelled" in kept.text
    assert chat.press(asked.button("cancel_now")).names == ["cancel_now", "keep"]
    assert world.state("pat-pass") is Status.ACTIVE


def test_keep_after_it_was_cancelled_shows_the_way_back(world: World) -> None:
    """Too late to keep, early enough to undo: said truthfully."""
    world.customer("pat", DAY_PASS, PRO)
    chat = world.chat("pat")
    asked = chat.say("cancel everything", CANCEL)
    assert asked.kinds == ["receipt", "choice"]
    chat.press(asked.button("cancel_now"))
    late = chat.press(asked.button("keep"))
    assert "Your cancellation stands" in late.text
    assert late.titles == ["Undo Pro"]


def test_everything_ends_at_once_what_can_be_undone_and_asks_for_the_rest(world: World) -> None:
    """P1: of two plans one is cancelled by the message, the other by its press; one question in all."""
    world.customer("pat", DAY_PASS, PRO)
    chat = world.chat("pat")
    asked = chat.say("cancel everything", CANCEL)
    assert (world.state("pat-pro"), world.state("pat-pass")) == (Status.CANCELLING, Status.ACTIVE)
    rest = chat.press(asked.button("cancel_now"))
    assert rest.kinds == ["receipt", "exit_question"]


def test_keeping_the_rest_does_not_claim_that_nothing_was_cancelled(world: World) -> None:
    """What is done stays done, and is not denied."""
    world.customer("pat", DAY_PASS, PRO)
    chat = world.chat("pat")
    asked = chat.say("cancel everything", CANCEL)
    assert chat.press(asked.button("keep")).text == "All right. Nothing more is cancelled."
    assert (world.state("pat-pro"), world.state("pat-pass")) == (Status.CANCELLING, Status.ACTIVE)


def test_two_plans_that_end_at_once_take_a_press_each_and_keep_one_time(world: World) -> None:
    """The second press is as good as the first, and there is one exit question."""
    world.customer("pat", DAY_PASS, FLAT)
    chat = world.chat("pat")
    said_at = world.clock.now()
    asked = chat.say("cancel everything", CANCEL)
    assert asked.names == ["cancel_now", "keep"] * 2
    world.clock.advance(minutes=10)
    assert chat.press(asked.button("cancel_now", 0)).kinds == ["receipt", "exit_question"]
    assert chat.press(asked.button("cancel_now", 1)).kinds == ["receipt"]
    assert [receipt.received_at for receipt in world.receipts("pat")] == [said_at, said_at]


def test_yes_to_two_offers_is_not_guessed_at(world: World) -> None:
    """Which of the two? A press says it."""
    world.customer("pat", DAY_PASS, FLAT)
    chat = world.chat("pat")
    chat.say("cancel everything", CANCEL)
    assert "wasn't clear" in chat.say("yes", YES).text
    assert world.ledger("pat") == []


def test_a_plans_button_is_not_the_press_for_an_end_without_undo(world: World) -> None:
    """Its terms were not told with that button."""
    world.customer("pat", DAY_PASS, FLAT)
    chat = world.chat("pat")
    asked = chat.say("I want to cancel", CANCEL)
    chat.press(asked.button("cancel:pass"))
    assert "ends at once" in chat.press(asked.button("cancel:flat")).text
    assert world.ledger("pat") == []


def test_the_same_press_twice_has_one_effect_and_one_answer(world: World) -> None:
    """P2: a later press of the same token returns the earlier outcome, with the same numbers."""
    chat = world.chat("max")
    token = chat.say("I want to cancel", CANCEL).button("cancel:pro")
    first = chat.press(token)
    assert chat.press(token) == first
    assert len(world.ledger("max")) == 1


def test_another_button_of_the_same_question_still_cancels_its_plan(world: World) -> None:
    """Pro, then Basic as well: the second press is as clear as the first."""
    chat = world.chat("max")
    asked = chat.say("I want to cancel", CANCEL)
    chat.press(asked.button("cancel:pro"))
    chat.press(asked.button("cancel:basic"))
    assert [operation.subscription_ref for operation in world.ledger("max")] == ["max-pro", "max-basic"]


def test_a_button_of_an_earlier_generation_does_nothing(world: World) -> None:
    """P2: cancelled by words and taken back since, the old plan's button asks anew."""
    chat = world.chat("max")
    asked = chat.say("I want to cancel", CANCEL)
    chat.say("cancel my Pro plan", CANCEL)
    chat.say("undo", UNDO)
    late = chat.press(asked.button("cancel:pro"))
    assert "earlier question" in late.text
    assert world.state("max-pro") is Status.ACTIVE
    assert chat.press(late.button("cancel:pro")).kinds == ["receipt", "exit_question"]


def test_all_of_them_does_not_reach_what_was_taken_back_since(world: World) -> None:
    """P2: the button means the plans as they stood when it was shown."""
    chat = world.chat("max")
    chat.say("cancel my Pro plan", CANCEL)
    asked = chat.say("I want to cancel", CANCEL)
    assert asked.names == ["cancel:basic", "cancel:team", "cancel_all"]
    other = world.chat("max")
    other.say("undo", UNDO)
    assert "earlier question" in chat.press(asked.button("cancel_all")).text
    assert world.state("max-basic") is Status.ACTIVE


def test_all_of_them_cancels_all(world: World) -> None:
    """By button as by words."""
    chat = world.chat("max")
    asked = chat.say("I want to cancel", CANCEL)
    assert chat.press(asked.button("cancel_all")).kinds == ["receipt"] * 3 + ["exit_question"]


def test_a_plan_cancelled_elsewhere_is_told_where_its_button_is_pressed(world: World) -> None:
    """The other chat's receipt, not a second one."""
    chat, other = world.chat("max"), world.chat("max")
    asked = chat.say("I want to cancel", CANCEL)
    done = other.say("cancel my Pro plan", CANCEL)
    assert chat.press(asked.button("cancel:pro")).numbers == done.numbers
    assert len(world.ledger("max")) == 1


def test_the_latest_words_choose_and_the_first_keep_the_time(world: World) -> None:
    """P4: asked which, and answered an hour later with a whole sentence."""
    chat = world.chat("max")
    said_at = world.clock.now()
    chat.say("I want to cancel", CANCEL)
    world.clock.advance(hours=1)
    chat.say("please cancel my Pro plan", CANCEL)
    assert [(item.plan_name, item.received_at) for item in world.receipts("max")] == [("Pro", said_at)]


def test_a_wish_for_another_plan_has_its_own_time(world: World) -> None:
    """Nobody is told to have declared for Basic at ten what they said of it at eleven."""
    chat = world.chat("max")
    chat.say("cancel everything but Pro", CANCEL)
    world.clock.advance(hours=1)
    said_at = world.clock.now()
    chat.say("cancel my Basic plan", CANCEL)
    assert [(item.plan_name, item.received_at) for item in world.receipts("max")] == [("Basic", said_at)]


@pytest.mark.parametrize(
    ("words", "handler"),
    [("status?", STATUS)],
)
def test_cancel_now_beside_a_plan_cancels_that_plan(world: World, words: str, handler: Handler) -> None:
    """Under "Your Pro plan is running" the button means Pro; nothing is asked."""
    chat = world.chat("max")
    told = chat.say(words, handler)
    assert told.names[:3] == ["cancel_now"] * 3
    done = chat.press(told.button("cancel_now", 1))
    assert done.kinds == ["receipt", "exit_question"]
    assert [operation.subscription_ref for operation in world.ledger("max")] == ["max-pro"]


def test_a_trial_ends_with_the_trial_and_costs_nothing(world: World) -> None:
    """Said during the trial."""
    until = datetime(2026, 3, 20, 8, 0, tzinfo=UTC)
    world.customer("tia", PRO, status=Status.TRIAL, trial_until=until)
    assert "until 20 March 2026" in world.chat("tia").say("cancel", CANCEL).text


def test_a_yearly_plan_ends_with_its_year(world: World) -> None:
    """Cancelled in March, used until New Year."""
    yearly = Plan("year", "Year", PRO.price, Interval.YEAR)
    world.customer("yve", yearly)
    assert "until 1 January 2027" in world.chat("yve").say("cancel", CANCEL).text
