from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cancellations import quote_cancellation
from bot.domain.charges import next_charge
from bot.domain.periods import Interval, Period
from bot.domain.renewals import renewals
from tests.unit.domain.money_cases import Case, cases
from tests.unit.domain.support import BERLIN, a_plan, a_subscription


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_billing_system_that_counts_in_utc_is_followed() -> None:
    """Begun at ten in winter: in summer it renews at ten by UTC, not an hour earlier as clocks here would."""
    told = Period(_at("2026-05-14T10:00"), _at("2026-06-14T10:00"))
    item = replace(a_subscription(anchor=_at("2026-01-14T10:00")), period=told)
    assert quote_cancellation(item, _at("2026-05-20"), _at("2026-05-20"), BERLIN).effective_at == told.end
    assert next_charge(item, _at("2026-08-01"), BERLIN) == _at("2026-08-14T10:00")
    here = replace(item, period=Period(_at("2026-05-14T09:00"), _at("2026-06-14T09:00")))
    assert next_charge(here, _at("2026-08-01"), BERLIN) == _at("2026-08-14T09:00")


def test_begun_at_night_it_renews_on_the_day_that_the_billing_system_means() -> None:
    """30 January by UTC is the 31st in Berlin; February has neither, but April has one of them."""
    told = Period(_at("2026-04-30T23:30"), _at("2026-05-30T23:30"))
    item = replace(a_subscription(anchor=_at("2026-01-30T23:30")), period=told)
    assert next_charge(item, _at("2026-05-20"), BERLIN) == told.end
    assert next_charge(item, _at("2026-06-20"), BERLIN) == _at("2026-06-30T23:30")


def test_a_period_that_no_calendar_explains_is_believed() -> None:
    """Thirty days of a monthly plan: it is the running one, and the others are counted from it."""
    told = Period(_at("2026-05-03T12:00"), _at("2026-06-02T12:00"))
    item = replace(a_subscription(anchor=_at("2026-01-14T10:00")), period=told)
    counted = renewals(item, BERLIN)
    assert counted.period(_at("2026-05-20")) == told
    assert counted.period(_at("2026-06-10")) == Period(told.end, _at("2026-07-02T12:00"))
    assert counted.period(_at("2026-04-10")) == Period(_at("2026-04-03T12:00"), told.start)
    assert counted.between(_at("2026-04-10"), _at("2026-07-10")) == 3
    assert counted.period(_at("2020-01-01")) == counted.period(item.anchor)


def test_a_trial_told_as_a_period_is_followed_by_the_first_one_that_is_paid() -> None:
    """As Stripe tells it: the trial is the running period."""
    trial = Period(_at("2026-05-01T12:00"), _at("2026-05-15T12:00"))
    item = replace(a_subscription(anchor=trial.start), period=trial, trial_until=trial.end)
    assert next_charge(item, _at("2026-05-03"), BERLIN) == trial.end
    assert next_charge(item, _at("2026-05-20"), BERLIN) == _at("2026-06-15T12:00")


@given(
    cases(trials=False, pauses=False),
    st.timedeltas(timedelta(0), timedelta(days=20)),
    st.timedeltas(timedelta(days=-300), timedelta(days=300)),
)
def test_periods_join_whatever_was_told(case: Case, moved: timedelta, ahead: timedelta) -> None:
    """Each moment lies in one, each ends where the next begins, and each renewal is counted once."""
    period = case.subscription.period
    item = replace(
        case.subscription, period=Period(period.start + moved, period.end + moved + timedelta(hours=5))
    )
    counted = renewals(item, case.zone)
    at = max(case.now + ahead, item.anchor)
    here = counted.period(at)
    assert at in here
    assert counted.period(here.end).start == here.end
    assert counted.between(here.start + timedelta(seconds=1), here.end) == 0
    assert counted.between(here.end, here.end + timedelta(seconds=1)) == 1
    assert item.period == counted.period(item.period.start)


def test_far_away_renewals_are_counted_without_going_through_them() -> None:
    """A daily plan in ten years."""
    item = a_subscription(a_plan(interval=Interval.DAY))
    counted = renewals(item, BERLIN)
    assert counted.between(item.anchor, item.anchor + timedelta(days=3650, hours=1)) == 3650
