"""Subscriptions, policies and moments for the tests of money: ordinary ones, and those that go wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bot.domain.money import Money
from bot.domain.periods import Interval, Period
from bot.domain.policies import Ending, Ends, NoticeTo, Policy, Refund
from bot.domain.subscriptions import Plan, Status, Subscription
from bot.domain.wished_end import Days
from tests.unit.domain import money_oracle

UTC_ZONE = ZoneInfo("UTC")
#: Half hours, quarters of hours, clocks that change by half an hour or at midnight, the end of the world.
ZONES = [
    ZoneInfo(name)
    for name in (
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "America/Sao_Paulo",
        "America/St_Johns",
        "Asia/Kathmandu",
        "Asia/Tehran",
        "Australia/Lord_Howe",
        "Pacific/Auckland",
        "Pacific/Chatham",
    )
]
INTERVALS = [
    Interval(text)
    for text in (
        "day",
        "week",
        "2 weeks",
        "30 days",
        "month",
        "2 months",
        "3 months",
        "6 months",
        "year",
        "2 years",
    )
]
CURRENCIES = ["EUR", "JPY", "KWD", "CLF", "USD"]
#: Leap days, ends of months, and nights in which clocks change.
AWKWARD = [
    datetime(2024, 2, 29, 11, 0, tzinfo=UTC),
    datetime(2026, 1, 31, 9, 0, tzinfo=UTC),
    datetime(2026, 1, 31, 23, 30, tzinfo=UTC),
    datetime(2026, 8, 31, 22, 0, tzinfo=UTC),
    datetime(2026, 2, 28, 1, 30, tzinfo=UTC),
    datetime(2026, 9, 25, 0, 30, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    datetime(2025, 12, 31, 23, 0, tzinfo=UTC),
    datetime(2017, 9, 15, 3, 30, tzinfo=UTC),
]
_RANDOM = st.datetimes(datetime(2016, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
ANCHORS = st.one_of(st.sampled_from(AWKWARD), _RANDOM.map(lambda at: at.replace(microsecond=0)))
NOTICES = st.sampled_from(
    [Interval(text) for text in ("day", "2 weeks", "28 days", "month", "6 weeks", "3 months")]
)
ENDINGS = st.one_of(
    st.sampled_from([Ending(Ends.AT_ONCE), Ending(Ends.PERIOD_END)]),
    st.builds(lambda notice, to: Ending(Ends.NOTICE, notice, to), NOTICES, st.sampled_from(list(NoticeTo))),
)


@dataclass(frozen=True)
class Case:
    """A subscription, when its end was declared, and when that is done. `calendar` is its provider's."""

    subscription: Subscription
    declared_at: datetime
    now: datetime
    zone: ZoneInfo
    calendar: ZoneInfo


def seconds(low: int, high: int) -> st.SearchStrategy[timedelta]:
    """A stretch of whole seconds, often short, often of whole days."""
    whole = st.integers(-(-low // 86400), high // 86400).map(lambda days: timedelta(days=days))
    return st.one_of(whole, st.integers(low, high).map(lambda count: timedelta(seconds=count)))


@st.composite
def cases(draw: st.DrawFn, *, trials: bool = True, pauses: bool = True) -> Case:
    """A case, its running period told as its provider would tell it."""
    interval, anchor, zone = draw(st.sampled_from(INTERVALS)), draw(ANCHORS), draw(st.sampled_from(ZONES))
    currency, price = draw(st.sampled_from(CURRENCIES)), draw(st.integers(1, 10**7))
    plan = Plan("plan", "Plan", Money(price, currency), interval)
    most = 86400 * min(max(interval.days * 6, interval.months * 31 * 3), 1500)
    declared_at = anchor + draw(seconds(0, most))
    now = declared_at + draw(st.one_of(st.just(timedelta(0)), seconds(0, 86400 * 100)))
    trial = anchor + draw(seconds(3600, 86400 * 40)) if trials and draw(st.booleans()) else None
    running = Period(anchor, anchor + timedelta(seconds=1))
    plain = Subscription("s", "c", plan, Status.ACTIVE, anchor, running, trial_until=trial)
    fields: dict[str, object] = {"period": told_period(plain, now, zone)}
    if draw(st.integers(0, 3)) == 0:
        fields["paid"] = Money(draw(st.integers(0, 10**7)), currency)
    if pauses and draw(st.integers(0, 3)) == 0:
        began = trial or anchor
        fields["status"] = Status.PAUSED
        fields["paused_at"] = draw(st.one_of(st.none(), seconds(1, most).map(lambda past: began + past)))
        fields["paused_until"] = draw(
            st.one_of(st.none(), seconds(1, 86400 * 90).map(lambda ahead: now + ahead))
        )

    return Case(replace(plain, **fields), declared_at, now, zone, zone)  # type: ignore[arg-type]


def told_period(subscription: Subscription, now: datetime, calendar: ZoneInfo) -> Period:
    """The period that is running, trials not looked at."""
    start = subscription.anchor
    for end in money_oracle.renewals(subscription, calendar):
        if start < end and now < end:
            return Period(start, end)
        start = end
    raise AssertionError("renewals never end")


def policies(endings: st.SearchStrategy[Ending] = ENDINGS) -> st.SearchStrategy[Policy]:
    """A policy with one rule for how it ends."""
    return st.builds(
        lambda end, later, refund: Policy(end, later=later, refund=refund),
        endings,
        st.booleans(),
        st.sampled_from([Refund.NONE, Refund.UNUSED]),
    )


def wishes(declared_at: datetime, zone: ZoneInfo) -> st.SearchStrategy[Days | None]:
    """A day or a stretch of days that is still to come, or no wish."""
    today = declared_at.astimezone(zone).date()

    def days(ahead: int, length: int) -> Days:
        first: date = today + timedelta(days=ahead)
        return Days(first, first + timedelta(days=length))

    return st.one_of(st.none(), st.builds(days, st.integers(1, 500), st.sampled_from([0, 0, 6, 29])))
