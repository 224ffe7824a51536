"""What a file of policies changes in a conversation: the bot quotes what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.customers import Customer
from bot.domain.periods import Interval
from bot.domain.policies import Ending, Ends, NoticeTo, Policies, Refund, Rules
from bot.domain.subscriptions import Status
from tests.unit.services.script import CANCEL, DAY_PASS, END_DATE, PRO, UNDO
from tests.unit.services.world import World

MONTHS_NOTICE = Ending(Ends.NOTICE, Interval.MONTH, NoticeTo.DAY)


def set_policy(world: World, said: Mapping[str, object], **countries: Mapping[str, object]) -> None:
    """Every plan has these terms, and others where customers live elsewhere."""
    world.deps = replace(world.deps, policies=Policies({"*": Rules(said, countries)}))


def test_a_notice_moves_the_end_and_what_is_charged_until_then(world: World) -> None:
    """Said on 10 March with a month's notice: to 10 April; it renews once, and what is unused comes back."""
    set_policy(world, {"end": MONTHS_NOTICE, "refund": Refund.UNUSED})
    chat = world.chat("ada")
    assert "it ends on 10 April 2026" in chat.say("when does it end?", END_DATE).text
    done = chat.say("cancel", CANCEL)
    assert done.kinds == ["receipt", "exit_question"]
    assert "ends on 10 April 2026" in done.text
    assert "€12.00" in done.text
    operation = world.ledger("ada")[0]
    assert operation.effective_at == datetime(2026, 4, 10, 22, 0, tzinfo=UTC)
    assert (operation.charged.minor, operation.refunded.minor) == (1200, 815)
    chat.say("undo", UNDO)
    assert world.state("ada-pro") is Status.ACTIVE


@pytest.mark.parametrize(
    ("end", "words", "because"),
    [
        (MONTHS_NOTICE, "cancel on 20 March", "With the notice period, 10 April 2026 is the earliest."),
        (
            Ending(Ends.NOTICE, Interval.MONTH, NoticeTo.MONTH_END),
            "cancel on 10 June",
            "Plans end with a calendar month, and 31 May 2026 is the nearest.",
        ),
        (
            Ending(Ends.NOTICE, Interval.WEEK, NoticeTo.PERIOD_END),
            "cancel on 10 June",
            "Plans end with a paid period, so 10 June 2026 became 1 June 2026.",
        ),
    ],
)
def test_the_reason_is_the_policys(world: World, end: Ending, words: str, because: str) -> None:
    """Why it does not end on the day that was asked for."""
    set_policy(world, {"end": end})
    assert because in world.chat("ada").say(words, CANCEL).text


def test_where_no_later_day_can_be_chosen_that_is_said(world: World) -> None:
    """It ends as it would without a wish."""
    set_policy(world, {"later": False})
    said = world.chat("ada").say("cancel on 10 June", CANCEL).text
    assert "until 1 April 2026" in said
    assert "A later day can't be chosen for this plan." in said


def test_a_time_to_undo_needs_no_press(world: World) -> None:
    """P1: what can be undone is done at once; it ends a day later, and until then it can be taken back."""
    world.customer("pat", DAY_PASS)
    set_policy(world, {"undo": timedelta(hours=24)})
    chat = world.chat("pat")
    assert "it ends on 11 March 2026" in chat.say("when does it end?", END_DATE).text
    done = chat.say("cancel", CANCEL)
    assert done.kinds == ["receipt", "exit_question"]
    assert done.names[0] == "undo"
    assert "€21.93" in done.text
    assert world.subscription("pat-pass").ends_at == world.clock.now() + timedelta(hours=24)
    chat.say("undo", UNDO)
    assert world.state("pat-pass") is Status.ACTIVE


def test_a_plan_can_end_at_once_by_policy(world: World) -> None:
    """Then it takes the one press, with what comes back."""
    set_policy(world, {"end": Ending(Ends.AT_ONCE), "refund": Refund.UNUSED})
    asked = world.chat("ada").say("cancel", CANCEL)
    assert asked.names == ["cancel_now", "keep"]
    assert "€8.49 is paid back" in asked.text
    assert world.ledger("ada") == []


def test_the_terms_are_those_of_where_the_customer_lives(world: World) -> None:
    """And the usual ones, where nobody knows."""
    set_policy(world, {"end": MONTHS_NOTICE}, FR={"end": Ending(Ends.PERIOD_END)})
    world.customer("zoe", PRO)
    with world.store.begin() as work:
        work.customers.put(Customer("zoe", "Zoe", "zoe@example.com", country="FR"))
        work.commit()
    assert "until 1 April 2026" in world.chat("zoe").say("cancel", CANCEL).text
    assert "10 April 2026" in world.chat("ada").say("cancel", CANCEL).text
