"""The demo's customers: one for each way a conversation about leaving can begin."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.billing.data import BookData
from bot.domain.customers import Customer
from bot.domain.money import Money
from bot.domain.periods import Interval, boundary, period_containing
from bot.domain.policies import EVERY_PLAN, Pausing, Policies, Rules
from bot.domain.subscriptions import Plan, Status, Subscription

_NAMES = {
    "demo-solo": "Nora Lindholm",
    "demo-multi": "Mateo Ferrer",
    "demo-none": "Emil Brandt",
    "demo-ended": "Priya Raman",
    "demo-trial": "Jonas Keller",
}
# Numbers that Germany's regulator keeps free for films begin with 030 23125.
_BASIC = Plan("basic", "Basic", Money(500, "EUR"), Interval.MONTH)
_PRO = Plan("pro", "Pro", Money(1200, "EUR"), Interval.MONTH)
_TEAM = Plan("team", "Team", Money(3000, "EUR"), Interval.MONTH)
#: The demo's plans can be paused; all else is as their own fields say.
DEMO_POLICIES = Policies({EVERY_PLAN: Rules({"pause": Pausing(Interval("3 months"))})})
#: How long a trial lasts, and the statutory right to withdraw.
_FORTNIGHT = timedelta(days=14)


def demo_book(now: datetime, zone: ZoneInfo) -> BookData:
    """The demo as it is when fresh at `now` (UTC); `zone` is the company's.

    `demo-ended` has a subscription whose cancellation has taken effect; the receipt of it is not the book's
    to make.
    """
    customers = tuple(
        Customer(ref, name, f"{ref}@example.com", phone=f"+49302312500{place}")
        for place, (ref, name) in enumerate(_NAMES.items(), start=1)
    )
    ended = _subscription("demo-ended", _PRO, _days_ago(now, 112, zone), zone)
    last_day = boundary(ended.anchor, Interval.MONTH, 3, zone)
    trial = _subscription("demo-trial", _PRO, _days_ago(now, 3, zone), zone)
    fortnight_over = trial.anchor + _FORTNIGHT
    subscriptions = (
        _subscription("demo-solo", _PRO, _days_ago(now, 100, zone), zone),
        _subscription("demo-multi", _BASIC, _days_ago(now, 200, zone), zone),
        _subscription("demo-multi", _PRO, _days_ago(now, 75, zone), zone),
        _subscription("demo-multi", _TEAM, _days_ago(now, 20, zone), zone),
        replace(ended, status=Status.ENDED, ends_at=last_day),
        replace(trial, status=Status.TRIAL, trial_until=fortnight_over, withdrawal_until=fortnight_over),
    )
    return BookData(customers, (_BASIC, _PRO, _TEAM), subscriptions)


def _days_ago(now: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Nine in the morning, local time, some days ago."""
    day = now.astimezone(zone) - timedelta(days=days)
    return day.replace(hour=9, minute=0, second=0, microsecond=0).astimezone(UTC)


def _subscription(customer_ref: str, plan: Plan, anchor: datetime, zone: ZoneInfo) -> Subscription:
    ref = f"{customer_ref}-{plan.name.lower()}"
    period = period_containing(anchor, plan.interval, anchor, zone)
    return Subscription(ref, customer_ref, plan, Status.ACTIVE, anchor, period)
