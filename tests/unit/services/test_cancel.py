from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.periods import Interval
from bot.domain.subscriptions import Plan, Status
from tests.unit.services.script import CANCEL, DAY_PASS, PRO, STATUS
from tests.unit.services.world import World


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
