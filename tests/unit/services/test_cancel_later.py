from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest

from bot.domain.languages import Guess
from bot.domain.money import Money
from bot.domain.subscriptions import Status
from tests.unit.services.script import (
    CANCEL,
    CHARGES,
    DAY_PASS,
    FLAT,
    MIDNIGHT,
    PRO,
    STATUS,
    UNDO,
    YEARLY,
)
from tests.unit.services.world import World


def facts(jws: str) -> dict[str, object]:
    """What a receipt states."""
    body = jws.split(".")[1]
    claims: dict[str, object] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims


def test_one_message_with_a_later_day_is_enough(months: World) -> None:
    """P1: done at once, since it can be undone; the end, what is charged until then, and the receipt."""
    chat = months.chat("eve")
    done = chat.say("cancel my plan at the end of June", CANCEL)
    assert done.kinds == ["receipt", "exit_question"]
    assert done.messages[0].text == (
        "Done. Your Pro plan is cancelled and ends on 30 June 2026. Until then it renews as usual: "
        f"€36.00 in all. Receipt {done.numbers[0]}."
    )
    assert done.names[0] == "undo"
    (receipt,) = months.receipts("eve")
    assert receipt.effective_at == datetime(2026, 6, 30, 22, 0, tzinfo=UTC)
    assert facts(receipt.jws)["charged"] == {"currency": "EUR", "minor": 3600}
    assert months.ledger("eve")[0].charged == Money(3600, "EUR")
    assert months.subscription("eve-pro").ends_at == receipt.effective_at


def test_a_day_between_two_periods_is_told_with_its_reason(months: World) -> None:
    """The nearest end, and why it is not the day that was asked for."""
    done = months.chat("eve").say("cancel on 20 May", CANCEL)
    assert "ends on 31 May 2026" in done.text
    assert "€24.00 in all" in done.text
    assert "Plans end with a paid period, so 20 May 2026 became 31 May 2026." in done.text


def test_a_day_in_this_period_is_told_with_its_reason(months: World) -> None:
    """It ends as it always would, and nothing more is charged."""
    done = months.chat("eve").say("cancel on Friday", CANCEL)
    assert "You can use it until 31 March 2026, and nothing more will be charged." in done.text
    assert "so 13 March 2026 became 31 March 2026" in done.text


@pytest.mark.parametrize("words", ["cancel", "cancel today", "cancel at the end of the month", "cancel asap"])
def test_the_next_end_needs_no_reason(months: World, words: str) -> None:
    """Nothing was asked for that it isn't."""
    done = months.chat("eve").say(words, CANCEL)
    assert "until 31 March 2026, and nothing more" in done.text
    assert "Plans end" not in done.text


def test_a_month_in_which_no_period_ends_is_told(world: World) -> None:
    """Between its first day and its last."""
    world.customer("yan", YEARLY)
    done = world.chat("yan").say("cancel in June", CANCEL)
    assert "You can use it until 1 January 2027" in done.text
    assert "none ends between 1 June 2026 and 30 June 2026" in done.text


def test_it_is_said_in_german(months: World) -> None:
    """In the language it was written in."""
    text = "bitte Mitte Mai kündigen"
    months.languages.guesses[text] = Guess("de", 0.99)
    done = months.chat("eve").say(text, CANCEL)
    assert "Ihr Pro-Abo ist gekündigt und endet am 31. Mai 2026. Bis dahin verlängert es sich" in done.text
    assert "insgesamt 24,00\xa0€" in done.text
    assert "wurde aus dem 16. Mai 2026 der 31. Mai 2026" in done.text


def test_what_is_asked_meanwhile_is_told_truly(months: World) -> None:
    """Status and charges count the renewals that are left; past the last, nothing more is charged."""
    chat = months.chat("eve")
    chat.say("cancel at the end of May", CANCEL)
    assert "ends on 31 May 2026. Until then it renews as usual: €24.00 in all." in chat.say("?", STATUS).text
    charges = chat.say("will I be charged again?", CHARGES)
    assert "€12.00 next on 1 April 2026, €24.00 in all" in charges.text
    assert charges.names == ["undo"]
    months.clock.advance(days=30)
    assert "€12.00 next on 1 May 2026, €12.00 in all" in months.chat("eve").say("?", CHARGES).text
    assert months.state("eve-pro") is Status.CANCELLING
    assert months.subscription("eve-pro").period.end == datetime(2026, 4, 30, 22, 0, tzinfo=UTC)
    months.clock.advance(days=30)
    late = months.chat("eve")
    assert "Nothing more will be charged" in late.say("?", CHARGES).text
    assert "You can use it until 31 May 2026, and nothing more" in late.say("?", STATUS).text
    months.clock.advance(days=30)
    assert "ended on 31 May 2026" in months.chat("eve").say("?", STATUS).text


def test_cancelled_twice_the_first_end_stands_and_the_way_to_a_sooner_one_is_told(months: World) -> None:
    """Never "nothing more" while something more is charged."""
    chat = months.chat("eve")
    first = chat.say("cancel at the end of May", CANCEL)
    months.clock.advance(minutes=1)
    again = chat.say("cancel now", CANCEL)
    assert "already cancelled and ends on 31 May 2026. Until then it renews as usual: €24.00" in again.text
    assert "undo and cancel again" in again.text
    assert again.numbers == first.numbers
    chat.press(again.button("undo"))
    assert "until 31 March 2026, and nothing more" in chat.say("cancel now", CANCEL).text


def test_it_can_be_undone_in_a_later_period(months: World) -> None:
    """P7: until the end, renewals in between or not; the receipt of it charges nothing by itself."""
    chat = months.chat("eve")
    chat.say("cancel at the end of May", CANCEL)
    months.clock.advance(days=40)
    chat = months.chat("eve")
    assert "goes on" in chat.say("undo", UNDO).text
    subscription = months.subscription("eve-pro")
    assert (subscription.status, subscription.ends_at) == (Status.ACTIVE, None)
    assert subscription.period.end == datetime(2026, 4, 30, 22, 0, tzinfo=UTC)


def test_a_plan_cancelled_elsewhere_for_later_is_told_truly(world: World) -> None:
    """Without a receipt of ours, from the book."""
    ends = datetime(2026, 5, 31, 22, 0, tzinfo=UTC)
    world.customer("eli", PRO, anchor=MIDNIGHT, status=Status.CANCELLING, ends_at=ends)
    told = world.chat("eli").say("cancel", CANCEL)
    assert "with 31 May 2026 as its last day. Until then it renews as usual: €24.00 in all." in told.text


def test_a_plan_that_ends_at_once_takes_a_later_day_without_a_press(world: World) -> None:
    """P1: until then it can be undone, so one message does it; the unused rest comes back."""
    world.customer("pat", DAY_PASS, anchor=MIDNIGHT)
    chat = world.chat("pat")
    done = chat.say("cancel on 16 April", CANCEL)
    assert done.kinds == ["receipt", "exit_question"]
    assert "ends on 16 April 2026. Until then it renews as usual: €31.00 in all" in done.text
    assert "of which €14.47 will be paid back" in done.text
    assert world.state("pat-pass") is Status.CANCELLING
    assert "goes on" in chat.press(done.button("undo")).text
    kept = chat.say("cancel on 20 March", CANCEL)
    assert (
        "use it until 20 March 2026, nothing more will be charged, and €10.98 will be paid back" in kept.text
    )


def test_everything_on_one_day(world: World) -> None:
    """Each by its own rule, one receipt each and one exit question."""
    world.customer("pat", FLAT, PRO, anchor=MIDNIGHT)
    done = world.chat("pat").say("cancel everything on 15 April", CANCEL)
    assert done.kinds == ["receipt", "receipt", "exit_question"]
    assert "ends on 15 April 2026" in done.messages[0].text
    assert "so 15 April 2026 became 31 March 2026" in done.messages[1].text


def test_a_trial_ends_with_the_trial_or_later(world: World) -> None:
    """A day within it changes nothing; a later one costs what the plan costs until then."""
    until = datetime(2026, 3, 20, 8, 0, tzinfo=UTC)
    world.customer("tia", PRO, anchor=MIDNIGHT, status=Status.TRIAL, trial_until=until)
    chat = world.chat("tia")
    within = chat.say("cancel on 15 March", CANCEL)
    assert "until 20 March 2026, and nothing more will be charged" in within.text
    assert "A trial runs to its last day, and that is 20 March 2026." in within.text
    chat.say("undo", UNDO)
    later = chat.say("cancel at the end of April", CANCEL)
    assert "ends on 30 April 2026. Until then it renews as usual: €24.00 in all." in later.text
    assert "€12.00 next on 20 March 2026, €24.00 in all" in chat.say("?", CHARGES).text
