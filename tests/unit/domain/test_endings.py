from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.cancellations import Quote, quote_cancellation
from bot.domain.endings import Why, notice_day, why_not_then
from bot.domain.money import Money
from bot.domain.periods import Interval, last_moment
from bot.domain.policies import Ending, Ends, NoticeTo, Policy, Refund
from bot.domain.subscriptions import Plan, Subscription
from bot.domain.wished_end import Days
from tests.unit.domain.support import BERLIN, a_plan, a_subscription

#: Begun on 31 January 2026 at ten in the morning in Berlin; 10 February, noon.
SAID = datetime(2026, 2, 10, 11, 0, tzinfo=UTC)
PRICE, FREE = Money(1200, "EUR"), Money(0, "EUR")
YEARLY = a_plan("Yearly", price=12000, interval=Interval.YEAR)
PERIOD_END, AT_ONCE = Ending(Ends.PERIOD_END), Ending(Ends.AT_ONCE)


def notice(length: str, to: NoticeTo) -> Ending:
    """A notice."""
    return Ending(Ends.NOTICE, Interval(length), to)


def quoted(
    policy: Policy, plan: Plan | None = None, *, said: datetime = SAID, wanted: Days | date | None = None
) -> Quote:
    """The terms, carried out when it is said."""
    days = Days.on(wanted) if isinstance(wanted, date) else wanted
    return quote_cancellation(a_subscription(plan), said, said, BERLIN, days, policy)


def last_day(quote: Quote) -> date:
    """The last day it can be used."""
    return last_moment(quote.effective_at).astimezone(BERLIN).date()


@pytest.mark.parametrize(
    ("given", "length", "over"),
    [
        (date(2026, 2, 10), "14 days", date(2026, 2, 24)),
        (date(2026, 2, 10), "2 weeks", date(2026, 2, 24)),
        (date(2026, 2, 10), "month", date(2026, 3, 10)),
        (date(2026, 1, 31), "month", date(2026, 2, 28)),
        (date(2028, 1, 31), "month", date(2028, 2, 29)),
        (date(2026, 11, 30), "3 months", date(2027, 2, 28)),
    ],
)
def test_a_notice_runs_by_the_law(given: date, length: str, over: date) -> None:
    """The day it is given on does not count; a month ends with the day of the same number, or the last."""
    for hour in (0, 9, 23):
        said = datetime(given.year, given.month, given.day, hour, 30, tzinfo=BERLIN)
        assert notice_day(said, Interval(length), BERLIN) == over


@pytest.mark.parametrize(
    ("length", "to", "end", "renewals"),
    [
        ("14 days", NoticeTo.DAY, date(2026, 2, 24), 0),
        ("month", NoticeTo.DAY, date(2026, 3, 10), 1),
        ("14 days", NoticeTo.MONTH_END, date(2026, 2, 28), 0),
        ("month", NoticeTo.MONTH_END, date(2026, 3, 31), 1),
        ("18 days", NoticeTo.PERIOD_END, date(2026, 2, 28), 0),
        ("19 days", NoticeTo.PERIOD_END, date(2026, 3, 31), 1),
        ("3 months", NoticeTo.PERIOD_END, date(2026, 5, 31), 3),
    ],
)
def test_a_notice_ends_it_where_it_runs_to(length: str, to: NoticeTo, end: date, renewals: int) -> None:
    """With its own last day, with the month or the period that ends then or later; no charge on that day."""
    quote = quoted(Policy(notice(length, to)))
    assert (last_day(quote), quote.charged, quote.undoable) == (end, PRICE.times(renewals), True)
    assert (quote.refunded, quote.instead_of) == (FREE, None)


def test_what_is_unused_after_a_notice_comes_back_by_the_rule() -> None:
    """Of the period it ends in: from midnight after 10 March to 31 March, ten in the morning, summer time."""
    quote = quoted(Policy(notice("month", NoticeTo.DAY), refund=Refund.UNUSED))
    assert quote.refunded == PRICE.share(20 * 24 + 10 - 1, 31 * 24 - 1)
    assert quoted(Policy(PERIOD_END, refund=Refund.UNUSED)).refunded == FREE


def test_a_day_after_the_notice_is_kept_and_one_before_is_not() -> None:
    """As soon as it can end is the nearest there is."""
    policy = Policy(notice("month", NoticeTo.DAY))
    assert last_day(quoted(policy, wanted=date(2026, 5, 17))) == date(2026, 5, 17)
    early = quoted(policy, wanted=date(2026, 2, 20))
    assert (last_day(early), early.instead_of) == (date(2026, 3, 10), Days.on(date(2026, 2, 20)))


@pytest.mark.parametrize(
    ("wanted", "end"),
    [
        (date(2026, 3, 15), date(2026, 3, 31)),
        (date(2026, 4, 16), date(2026, 4, 30)),
        (date(2026, 4, 15), date(2026, 3, 31)),
        (date(2026, 5, 31), date(2026, 5, 31)),
    ],
)
def test_the_nearest_end_of_a_month_is_taken(wanted: date, end: date) -> None:
    """Of two as near the earlier, and none before the notice is over."""
    quote = quoted(Policy(notice("month", NoticeTo.MONTH_END)), wanted=wanted)
    assert last_day(quote) == end


def test_where_no_later_day_can_be_chosen_it_ends_as_without_a_wish() -> None:
    """And the wish is told apart from what became of it; one that is met is met."""
    policy = Policy(PERIOD_END, later=False)
    quote = quoted(policy, wanted=date(2026, 6, 30))
    assert (last_day(quote), quote.instead_of) == (date(2026, 2, 28), Days.on(date(2026, 6, 30)))
    assert quoted(policy, wanted=date(2026, 2, 28)).instead_of is None
    assert not quoted(Policy(AT_ONCE, later=False), wanted=date(2026, 6, 30)).undoable


LAWFUL = Policy(PERIOD_END, renewed=notice("month", NoticeTo.DAY), refund=Refund.UNUSED)


def test_once_it_has_renewed_another_rule_can_count() -> None:
    """The first year runs out; the second ends with a month's notice, and the rest of it comes back."""
    first = quoted(LAWFUL, YEARLY)
    assert (last_day(first), first.refunded) == (date(2027, 1, 31), FREE)
    second = quoted(LAWFUL, YEARLY, said=datetime(2027, 3, 1, 9, 0, tzinfo=UTC))
    assert last_day(second) == date(2027, 4, 1)
    assert second.refunded == YEARLY.price.share(305 * 24 - 13, 365 * 24)


def test_who_is_too_late_for_the_first_end_has_not_bought_another_year() -> None:
    """With a notice to the first year's end that is over, the rule for afterwards counts, from its end on."""
    policy = replace(LAWFUL, end=notice("month", NoticeTo.PERIOD_END))
    in_time = quoted(policy, YEARLY, said=datetime(2026, 12, 31, 9, 0, tzinfo=UTC))
    too_late = quoted(policy, YEARLY, said=datetime(2027, 1, 10, 9, 0, tzinfo=UTC))
    assert (last_day(in_time), last_day(too_late)) == (date(2027, 1, 31), date(2027, 2, 10))
    at_once_then = quoted(replace(policy, renewed=AT_ONCE), YEARLY, said=datetime(2027, 1, 10, tzinfo=UTC))
    assert last_day(at_once_then) == date(2027, 1, 31)


def test_a_day_after_the_first_period_is_chosen_by_the_rule_for_then() -> None:
    """Any day, where that is so once it has renewed."""
    wanted = Days.on(date(2027, 6, 15))
    quote = quote_cancellation(a_subscription(YEARLY), SAID, SAID, BERLIN, wanted, LAWFUL)
    assert (last_day(quote), quote.charged) == (date(2027, 6, 15), YEARLY.price)


def test_a_trial_needs_no_notice() -> None:
    """It ends with the trial at no cost, whatever the policy."""
    until = SAID + timedelta(days=5)
    trial = replace(a_subscription(), trial_until=until)
    for ending in (AT_ONCE, PERIOD_END, notice("3 months", NoticeTo.PERIOD_END)):
        quote = quote_cancellation(trial, SAID, SAID, BERLIN, policy=Policy(ending, undo=timedelta(days=1)))
        assert (quote.effective_at, quote.charged, quote.refunded) == (until, FREE, FREE)


def test_a_time_to_undo_makes_an_end_at_once_undoable() -> None:
    """It ends when that is over, or when it would be charged again; a wish for a day is none of that."""
    policy = Policy(AT_ONCE, refund=Refund.UNUSED, undo=timedelta(hours=24))
    quote = quoted(policy)
    assert (quote.effective_at, quote.undoable) == (SAID + timedelta(hours=24), True)
    assert quote.refunded == quoted(replace(policy, undo=None)).refunded
    renewal = datetime(2026, 2, 28, 9, 0, tzinfo=UTC)
    short = quoted(policy, said=renewal - timedelta(hours=2))
    assert (short.effective_at, short.charged) == (renewal, FREE)
    assert last_day(quoted(policy, wanted=date(2026, 2, 20))) == date(2026, 2, 20)


@pytest.mark.parametrize(
    ("policy", "wanted", "why"),
    [
        (Policy(PERIOD_END), date(2026, 2, 20), Why.PERIOD),
        (Policy(PERIOD_END), date(2026, 3, 20), Why.PERIOD),
        (Policy(notice("month", NoticeTo.DAY)), date(2026, 2, 20), Why.NOTICE),
        (Policy(notice("month", NoticeTo.PERIOD_END)), date(2026, 2, 20), Why.NOTICE),
        (Policy(notice("month", NoticeTo.PERIOD_END)), date(2026, 4, 10), Why.PERIOD),
        (Policy(notice("month", NoticeTo.MONTH_END)), date(2026, 5, 10), Why.MONTH),
        (Policy(PERIOD_END, later=False), date(2026, 6, 30), Why.NO_LATER),
        (Policy(PERIOD_END, later=False), date(2026, 2, 20), Why.PERIOD),
        (Policy(PERIOD_END, renewed=notice("month", NoticeTo.DAY)), date(2026, 2, 20), Why.PERIOD),
        (Policy(PERIOD_END, renewed=notice("3 months", NoticeTo.DAY)), date(2026, 3, 20), Why.NOTICE),
    ],
)
def test_there_is_a_reason_why_it_does_not_end_then(policy: Policy, wanted: date, why: Why) -> None:
    """The one that counts for this wish."""
    end = quoted(policy, wanted=wanted).effective_at
    assert why_not_then(a_subscription(), policy, SAID, BERLIN, Days.on(wanted), end) is why


def test_the_reason_in_a_trial_is_the_trial() -> None:
    """It ends with it."""
    until = SAID + timedelta(days=5)
    trial: Subscription = replace(a_subscription(), trial_until=until)
    wanted = Days.on(date(2026, 2, 12))
    assert why_not_then(trial, Policy(PERIOD_END), SAID, BERLIN, wanted, until) is Why.TRIAL
