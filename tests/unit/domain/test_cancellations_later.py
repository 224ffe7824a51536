from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cancellations import Quote, quote_cancellation
from bot.domain.charges import charges_ahead, next_charge
from bot.domain.endings import FURTHEST
from bot.domain.errors import TooFarAheadError
from bot.domain.money import Money
from bot.domain.periods import Interval, last_moment
from bot.domain.subscriptions import EndRule, Plan, Status
from bot.domain.wished_end import Days
from tests.unit.domain.support import ANCHOR, BERLIN, INTERVALS, a_plan, a_subscription, in_days

FREE = Money(0, "EUR")
PRICE = Money(1200, "EUR")
#: Begun on 31 January at ten in the morning in Berlin; renews on 28 February, 31 March, 30 April...
SAID = in_days(10)
ZONES = st.sampled_from([BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Pacific/Auckland"), ZoneInfo("UTC")])


def quoted(wanted: date | Days, plan: Plan | None = None, said: datetime = SAID, **fields: Any) -> Quote:
    """The terms of a wish for a day, carried out when it is said."""
    days = wanted if isinstance(wanted, Days) else Days.on(wanted)
    subscription = replace(a_subscription(plan, anchor=fields.pop("anchor", ANCHOR)), **fields)
    return quote_cancellation(subscription, said, said, BERLIN, days)


def last_day(quote: Quote, zone: ZoneInfo = BERLIN) -> date:
    """The last day it can be used."""
    return last_moment(quote.effective_at).astimezone(zone).date()


def test_a_day_in_this_period_ends_with_the_period() -> None:
    """As ever, and the wish is told apart from what became of it."""
    quote = quoted(date(2026, 2, 20))
    assert quote == replace(
        quote_cancellation(a_subscription(), SAID, SAID, BERLIN), instead_of=quote.instead_of
    )
    assert quote.instead_of == Days.on(date(2026, 2, 20))


def test_the_last_day_of_the_period_is_met_exactly() -> None:
    """Then there is nothing to explain."""
    assert quoted(date(2026, 2, 28)).instead_of is None
    assert quoted(date(2026, 3, 31)).instead_of is None


@pytest.mark.parametrize(
    ("wanted", "end", "renewals"),
    [
        (date(2026, 3, 1), date(2026, 2, 28), 0),
        (date(2026, 3, 15), date(2026, 2, 28), 0),
        (date(2026, 3, 16), date(2026, 3, 31), 1),
        (date(2026, 3, 31), date(2026, 3, 31), 1),
        (date(2026, 4, 15), date(2026, 3, 31), 1),
        (date(2026, 4, 16), date(2026, 4, 30), 2),
        (date(2026, 12, 31), date(2026, 12, 31), 10),
        (date(2028, 2, 10), date(2028, 1, 31), 23),
    ],
)
def test_a_later_day_ends_with_the_nearest_period(wanted: date, end: date, renewals: int) -> None:
    """Of two as near, the earlier; and every renewal until then is told to the cent."""
    quote = quoted(wanted)
    assert last_day(quote) == end
    assert (quote.charged, quote.refunded, quote.undoable) == (PRICE.times(renewals), FREE, True)


def test_a_plan_that_begins_at_midnight_ends_with_the_day_before() -> None:
    """Asked for the end of March it ends at the end of March, though it renews on 1 April; clocks change."""
    new_year = datetime(2025, 12, 31, 23, 0, tzinfo=UTC)
    quote = quoted(date(2026, 3, 31), said=datetime(2026, 2, 10, tzinfo=UTC), anchor=new_year)
    assert quote.effective_at == datetime(2026, 3, 31, 22, 0, tzinfo=UTC)
    assert (quote.instead_of, quote.charged) == (None, PRICE)


def test_a_month_is_met_by_the_period_that_ends_in_it() -> None:
    """Whichever of its days that is, and the earliest if several do; else the nearest."""
    assert quoted(Days(date(2026, 6, 1), date(2026, 6, 30))).instead_of is None
    assert last_day(quoted(Days(date(2026, 6, 1), date(2026, 6, 30)))) == date(2026, 6, 30)
    assert last_day(quoted(Days(date(2027, 1, 1), date(2027, 12, 31)))) == date(2027, 1, 31)
    yearly = quoted(Days(date(2026, 6, 1), date(2026, 6, 30)), a_plan(interval=Interval.YEAR))
    assert (last_day(yearly), yearly.charged) == (date(2027, 1, 31), FREE)
    assert yearly.instead_of == Days(date(2026, 6, 1), date(2026, 6, 30))


def test_nothing_is_arranged_further_ahead_than_two_years() -> None:
    """Neither a wish nor the nearest end; but what was agreed to anyway always ends."""
    with pytest.raises(TooFarAheadError):
        quoted(date(2028, 6, 1))
    with pytest.raises(TooFarAheadError):
        quoted(date(9999, 12, 31), a_plan(end_rule=EndRule.AT_ONCE))
    with pytest.raises(TooFarAheadError):
        quoted(date(2028, 12, 20), a_plan(interval=Interval.YEAR), said=in_days(340))
    assert last_day(quoted(date(2027, 12, 1), a_plan(interval=Interval.YEAR))) == date(2028, 1, 31)


def test_nothing_is_charged_until_then_while_it_is_paused() -> None:
    """It does not renew."""
    assert quoted(date(2026, 6, 30), status=Status.PAUSED).charged == FREE


def test_carried_out_late_what_was_charged_meanwhile_is_not_charged_again() -> None:
    """Declared in February for April, carried out in March: the February renewal is past."""
    wanted = Days.on(date(2026, 4, 30))
    quote = quote_cancellation(a_subscription(), SAID, datetime(2026, 3, 2, tzinfo=UTC), BERLIN, wanted)
    assert (last_day(quote), quote.charged, quote.refunded) == (date(2026, 4, 30), PRICE, FREE)
    missed = quote_cancellation(a_subscription(), SAID, datetime(2026, 5, 2, tzinfo=UTC), BERLIN, wanted)
    assert (missed.charged, missed.refunded, missed.undoable) == (FREE, PRICE, False)


def test_a_plan_that_ends_at_once_ends_with_the_day() -> None:
    """At midnight after it, by the company's clock; until then it can be undone."""
    quote = quoted(date(2026, 3, 29), a_plan(end_rule=EndRule.AT_ONCE))
    assert quote.effective_at == datetime(2026, 3, 29, 22, 0, tzinfo=UTC)
    assert (quote.charged, quote.refunded, quote.undoable, quote.instead_of) == (PRICE, FREE, True, None)


def test_what_is_unused_after_the_day_comes_back() -> None:
    """Of the period the day falls in, and no other: 33 of 743 hours, in March with its short night."""
    plan = a_plan(end_rule=EndRule.AT_ONCE, refund_unused=True)
    assert quoted(date(2026, 2, 27), plan).refunded == PRICE.share(10, 28 * 24)
    quote = quoted(date(2026, 3, 29), plan)
    assert (quote.charged, quote.refunded) == (PRICE, PRICE.share(34, 31 * 24 - 1))
    assert quoted(date(2026, 3, 29), plan, status=Status.PAUSED).refunded == FREE


def test_today_is_no_later_day() -> None:
    """Also on a plan that ends at once, and where today is the first of several days."""
    plan = a_plan(end_rule=EndRule.AT_ONCE, refund_unused=True)
    now = quote_cancellation(a_subscription(plan), SAID, SAID, BERLIN)
    assert quoted(date(2026, 2, 10), plan) == now
    assert quoted(Days(date(2026, 2, 10), date(2026, 2, 28)), plan) == now


def test_a_day_in_the_trial_ends_with_the_trial() -> None:
    """Whatever the plan's rule, at no cost."""
    for rule in EndRule:
        trial: dict[str, Any] = {"status": Status.TRIAL, "trial_until": in_days(14)}
        quote = quoted(date(2026, 2, 12), a_plan(end_rule=rule), **trial)
        assert (quote.effective_at, quote.charged, quote.undoable) == (in_days(14), FREE, True)
        assert quote.instead_of == Days.on(date(2026, 2, 12))


def test_a_day_after_the_trial_costs_what_comes_after_the_trial() -> None:
    """Charged at its end, and with every renewal."""
    trial: dict[str, Any] = {"status": Status.TRIAL, "trial_until": in_days(14)}
    quote = quoted(date(2026, 3, 31), **trial)
    assert (last_day(quote), quote.charged) == (date(2026, 3, 31), PRICE.times(2))
    at_once = quoted(date(2026, 2, 20), a_plan(end_rule=EndRule.AT_ONCE, refund_unused=True), **trial)
    assert (last_day(at_once), at_once.charged) == (date(2026, 2, 20), PRICE)
    # Paid from 14 to 28 February, ten in the morning; used until midnight after the 20th.
    assert at_once.refunded == PRICE.share(7 * 24 + 10, 14 * 24)


@given(
    st.timedeltas(timedelta(0), timedelta(days=400)),
    st.integers(0, 700),
    st.integers(0, 60),
    st.sampled_from(INTERVALS),
    ZONES,
    st.booleans(),
)
def test_the_end_is_the_nearest_renewal_there_is(
    since: timedelta, ahead: int, length: int, interval: Interval, zone: ZoneInfo, trial: bool
) -> None:
    """Never before the present period's end; none is nearer; what is charged is what renews until then."""
    said = ANCHOR + since
    until = said + timedelta(days=5) if trial else None
    subscription = replace(a_subscription(a_plan(interval=interval)), trial_until=until)
    first = said.astimezone(zone).date() + timedelta(days=ahead)
    wanted = Days(first, first + timedelta(days=length))
    renewals = [next_charge(subscription, said, zone)]
    while renewals[-1] <= said + timedelta(days=1200):
        renewals.append(next_charge(subscription, renewals[-1], zone))
    days = [wanted.distance(last_moment(at).astimezone(zone).date()) for at in renewals]
    nearest = 0 if wanted.last <= said.astimezone(zone).date() else days.index(min(days))
    try:
        quote = quote_cancellation(subscription, said, said, zone, wanted)
    except TooFarAheadError:
        assert renewals[nearest] > said + FURTHEST
        return
    assert quote.effective_at == renewals[nearest]
    assert quote.charged == PRICE.times(nearest)
    assert (quote.refunded, quote.undoable) == (FREE, True)
    cancelling = replace(subscription, status=Status.CANCELLING, ends_at=quote.effective_at)
    assert charges_ahead(cancelling, said, zone) == quote.charged


@given(st.timedeltas(timedelta(0), timedelta(days=400)), st.integers(1, 700), st.booleans(), ZONES)
def test_a_day_on_a_plan_that_ends_at_once_is_always_kept(
    since: timedelta, ahead: int, refund_unused: bool, zone: ZoneInfo
) -> None:
    """To the day, and what comes back is less than what is charged for the last period."""
    said = ANCHOR + since
    plan = a_plan(end_rule=EndRule.AT_ONCE, refund_unused=refund_unused)
    wanted = said.astimezone(zone).date() + timedelta(days=ahead)
    quote = quote_cancellation(a_subscription(plan), said, said, zone, Days.on(wanted))
    assert last_day(quote, zone) == wanted
    assert quote.undoable
    assert 0 <= quote.refunded.minor < PRICE.minor
    assert quote.charged.minor % PRICE.minor == 0


def test_what_is_still_to_be_charged_grows_less() -> None:
    """With every renewal that passes; nothing where it is not cancelled, or was paused before."""
    ends: dict[str, Any] = {"status": Status.CANCELLING, "ends_at": datetime(2026, 4, 30, 8, 0, tzinfo=UTC)}
    cancelled = replace(a_subscription(), **ends)
    charges = [charges_ahead(cancelled, at, BERLIN) for at in (SAID, in_days(30), in_days(60), in_days(100))]
    assert charges == [PRICE.times(2), PRICE, FREE, FREE]
    assert charges_ahead(a_subscription(), SAID, BERLIN) == FREE
    assert charges_ahead(replace(cancelled, status_before=Status.PAUSED), SAID, BERLIN) == FREE
    assert charges_ahead(replace(cancelled, trial_until=in_days(14)), SAID, BERLIN) == PRICE.times(3)


def test_days_end_no_earlier_than_they_start() -> None:
    """A stretch of days has at least one."""
    with pytest.raises(ValueError, match="before it starts"):
        Days(date(2026, 2, 2), date(2026, 2, 1))
