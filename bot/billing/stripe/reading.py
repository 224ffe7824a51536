"""From Stripe's subscriptions and prices to ours. Pure: everything that is needed is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from bot.billing.stripe import marks
from bot.billing.stripe.money import to_money
from bot.domain.errors import BillingRefusedError
from bot.domain.money import Money
from bot.domain.periods import Interval, Period, Unit, period_containing
from bot.domain.subscriptions import Plan, Status, Subscription, effective_status

Json = dict[str, Any]
#: Says what a product is called, by its id, and what to say where nobody knows.
NameOf = Callable[[str, str | None], str]

#: Stripe counts periods by the clock of UTC.
STRIPE_ZONE = ZoneInfo("UTC")
#: Nothing more comes of these.
OVER = frozenset({"canceled", "incomplete_expired"})
#: Invoices of whole periods; others are for changes in between, and say nothing of what a period costs.
_OF_A_PERIOD = frozenset({"subscription_create", "subscription_cycle"})


def subscription(
    found: Json, customer_ref: str, name_of: NameOf, now: datetime, back: int | None = None
) -> Subscription:
    """A subscription as it stands at `now`: what time alone has changed counts, though Stripe may be late.

    `back` is what has come back of its `paid_invoice`; without it, the invoice's own credit notes count.
    """
    items = _items(found)
    plan, period = _plan(items, found, name_of), _period(items[0], found)
    ends_at = _ends_at(found, period)
    running, paused_until = _running(found, now)
    status = Status.CANCELLING if ends_at is not None else running
    if found["status"] in OVER:
        status = Status.ENDED
    trial_end = found.get("trial_end")
    return Subscription(
        ref=str(found["id"]),
        customer_ref=customer_ref,
        plan=plan,
        status=effective_status(status, ends_at, now),
        anchor=_began(found),
        period=period,
        ends_at=ends_at,
        trial_until=time(trial_end) if trial_end else None,
        status_before=running if ends_at is not None else None,
        paused_until=paused_until,
        paid=_paid(found, plan.price, period, back),
        paused_at=_paused_at(found) if running is Status.PAUSED else None,
    )


def paid_invoice(found: Json) -> Json | None:
    """The invoice that tells what was paid for the running period, where it goes on and there is one."""
    untold = found["status"] in OVER or is_mixed(found)
    invoice = None if untold else _invoice(found, _period(_items(found)[0], found))
    return invoice if invoice is not None and invoice.get("status") == "paid" and invoice["total"] else None


def is_mixed(found: Json) -> bool:
    """Whether its items are of several intervals: no one period tells then what is unused."""
    return len({_interval(_price(item)) for item in _items(found)}) > 1


def counted_from(found: Json, interval: Interval, period: Period) -> datetime:
    """What Stripe counts its periods from; where nothing explains the running one, from that."""
    began = _began(found)
    for anchor in (began, time(found.get("billing_cycle_anchor") or began.timestamp())):
        if (
            anchor <= period.start
            and period_containing(anchor, interval, period.start, STRIPE_ZONE) == period
        ):
            return anchor
    return min(began, period.start)


def arranged_end(found: Json) -> datetime | None:
    """When it is to end, or has ended; None where it goes on."""
    return _ends_at(found, _period(_items(found)[0], found))


def price_plan(price: Json, name_of: NameOf) -> Plan:
    """What is sold at one price."""
    amount = to_money(_amount(price, 1), str(price["currency"]))
    return Plan(str(price["id"]), _name(price, name_of), amount, _interval(price))


def time(seconds: float) -> datetime:
    """Stripe's times are seconds since 1970, in UTC."""
    return datetime.fromtimestamp(int(seconds), UTC)


def _items(found: Json) -> list[Json]:
    """What it is made of; first what is renewed first, which is when "at the end of the period" is."""
    items = list((found.get("items") or {}).get("data") or [])
    if not items:
        raise BillingRefusedError("Stripe has a subscription without items")
    return sorted(items, key=lambda item: int(item.get("current_period_end") or 0))


def _price(item: Json) -> Json:
    """An item's price; in the older form, a plan, where that is all there is."""
    return dict(item.get("price") or item["plan"])


def _interval(price: Json) -> Interval:
    recurring = price.get("recurring") or price
    count = int(recurring.get("interval_count") or 1)
    return Interval.of(count, Unit(str(recurring["interval"])))


def _plan(items: Sequence[Json], found: Json, name_of: NameOf) -> Plan:
    """All items as one plan: what is paid together is cancelled together.

    Items of another interval are named, and not added to a price for this one.
    """
    prices = [_price(item) for item in items]
    interval = _interval(prices[0])
    same = [
        _amount(price, int(item.get("quantity") or 1))
        for item, price in zip(items, prices, strict=True)
        if _interval(price) == interval
    ]
    names = dict.fromkeys(_name(price, name_of) for price in prices)
    refs = dict.fromkeys(str(price["id"]) for price in prices)
    currency = str(found.get("currency") or prices[0]["currency"])
    total = sum(same, Decimal(0)) or _billed(found)
    return Plan("+".join(refs), " + ".join(names), to_money(total, currency), interval)


def _amount(price: Json, quantity: int) -> Decimal:
    """In Stripe's minor units. What is metered or in tiers has no price beforehand."""
    for field in ("unit_amount_decimal", "unit_amount", "amount_decimal", "amount"):
        if price.get(field) is not None:
            by = price.get("transform_quantity") or {}
            units = -(-quantity // int(by["divide_by"])) if by.get("round") == "up" else quantity
            if by.get("round") == "down":
                units = quantity // int(by["divide_by"])
            return Decimal(str(price[field])) * units
    return Decimal(0)


def _billed(found: Json) -> Decimal:
    """What the last whole period was billed at, for prices that are known only afterwards."""
    invoice = found.get("latest_invoice")
    billed = isinstance(invoice, Mapping) and invoice.get("billing_reason") in _OF_A_PERIOD
    return Decimal(int(invoice["total"])) if billed and invoice is not None else Decimal(0)


def _name(price: Json, name_of: NameOf) -> str:
    product, otherwise = price.get("product"), price.get("nickname") or None
    if isinstance(product, Mapping):
        return str(product.get("name") or otherwise or product["id"])
    return name_of(str(product), otherwise) if product else otherwise or str(price["id"])


def _period(item: Json, found: Json) -> Period:
    source = item if item.get("current_period_end") else found
    start, end = time(source["current_period_start"]), time(source["current_period_end"])
    return Period(start, max(end, start + timedelta(seconds=1)))


def _began(found: Json) -> datetime:
    """When the contract was made, whatever its periods are counted from: a trial is a part of it."""
    return time(found.get("start_date") or found["created"])


def _ends_at(found: Json, period: Period) -> datetime | None:
    if found["status"] in OVER:
        return time(found.get("ended_at") or found.get("canceled_at") or period.end.timestamp())
    if found.get("cancel_at"):
        return time(found["cancel_at"])
    return period.end if found.get("cancel_at_period_end") else None


def _running(found: Json, now: datetime) -> tuple[Status, datetime | None]:
    """What it is apart from a cancellation, and until when it is paused.

    What is not paid, or not yet (`past_due`, `unpaid`, `incomplete`), runs all the same: it can be cancelled,
    and would be charged for if it were not.
    """
    paused = found.get("pause_collection")
    if paused:
        until = time(paused["resumes_at"]) if paused.get("resumes_at") else None
        if until is None or until > now:
            return Status.PAUSED, until
    if found["status"] == "paused":
        return Status.PAUSED, None
    trial_end = found.get("trial_end")
    if found["status"] == "trialing" and (not trial_end or time(trial_end) > now):
        return Status.TRIAL, None
    return Status.ACTIVE, None


def _paused_at(found: Json) -> datetime | None:
    """Stripe does not keep it; where we paused it, the mark does."""
    ours = marks.of(found).values()
    return max((mark.at for mark in ours if mark.kind == marks.PAUSE), default=None)


def _invoice(found: Json, period: Period) -> Json | None:
    """The invoice of the running period, whatever its status; None where it was not told."""
    invoice = found.get("latest_invoice")
    if not isinstance(invoice, Mapping) or invoice.get("billing_reason") not in _OF_A_PERIOD:
        return None
    of_it = period.start - timedelta(hours=1) <= time(invoice["created"]) < period.end
    return dict(invoice) if of_it else None


def _paid(found: Json, price: Money, period: Period, back: int | None) -> Money | None:
    """What was paid for the running period, by its invoice; None where that is the price, or not told.

    Taxes and discounts are in it, and what a balance in the customer's favour has paid; what came back since
    is not. An invoice that may be for another interval as well says only whether it was paid.
    """
    invoice = _invoice(found, period)
    if invoice is None or (invoice.get("status") == "paid" and is_mixed(found)):
        return None
    amount = 0
    if invoice.get("status") == "paid":
        credited = int(invoice.get("post_payment_credit_notes_amount") or 0)
        amount = int(invoice["total"]) - (credited if back is None else back)
    paid = to_money(max(amount, 0), str(invoice["currency"]))
    return None if paid == price else paid
