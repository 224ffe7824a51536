"""Plans and subscriptions for the tests of the domain."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.money import Money
from bot.domain.periods import Interval, period_containing
from bot.domain.subscriptions import EndRule, Plan, Status, Subscription

BERLIN = ZoneInfo("Europe/Berlin")
#: How often plans renew: what is common, and what is not.
INTERVALS = tuple(
    Interval(text)
    for text in (
        "month",
        "year",
        "day",
        "week",
        "2 weeks",
        "30 days",
        "3 months",
        "6 months",
        "18 months",
        "2 years",
    )
)
ANCHOR = datetime(2026, 1, 31, 9, 0, tzinfo=UTC)


def a_plan(
    name: str = "Pro",
    *,
    price: int = 1200,
    interval: Interval = Interval.MONTH,
    end_rule: EndRule = EndRule.PERIOD_END,
    refund_unused: bool = False,
) -> Plan:
    """A plan in euros, monthly and ended by the period unless said otherwise."""
    return Plan(name.lower(), name, Money(price, "EUR"), interval, end_rule, refund_unused)


def a_subscription(
    plan: Plan | None = None,
    *,
    status: Status = Status.ACTIVE,
    anchor: datetime = ANCHOR,
    trial_until: datetime | None = None,
) -> Subscription:
    """A subscription begun at `anchor`, in its first period."""
    plan = plan or a_plan()
    period = period_containing(anchor, plan.interval, anchor, BERLIN)
    return Subscription(f"sub-{plan.ref}", "demo-solo", plan, status, anchor, period, trial_until=trial_until)


def in_days(days: float, start: datetime = ANCHOR) -> datetime:
    """A moment counted from `start`."""
    return start + timedelta(days=days)
