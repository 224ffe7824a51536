"""What a company's billing system answers, made into ours; docs/billing-http.md describes each field."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.billing.http_api.told import OddError, Told
from bot.domain.customers import Customer, is_email, normalise_email, normalise_phone
from bot.domain.money import Money
from bot.domain.periods import Interval, Period
from bot.domain.subscriptions import EndRule, Plan, Status, Subscription

#: More than any customer holds, any company sells, and any page should carry.
MOST_SUBSCRIPTIONS, MOST_PLANS, MOST_CUSTOMERS = 500, 1000, 1000
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_LOCALE = re.compile(r"[a-z]{2,3}(?:[-_][A-Z]{2})?", re.ASCII)
#: Where a cancellation can be taken back to.
_BEFORE = frozenset({Status.TRIAL, Status.ACTIVE, Status.PAUSED})


def subscriptions(answer: Told, customer_ref: str) -> Sequence[Subscription]:
    """A customer's, oldest first. Raises `OddError`, also where one of them is another customer's."""
    told = answer["subscriptions"].items(MOST_SUBSCRIPTIONS)
    found = [subscription(item) for item in told]
    if any(item.customer_ref != customer_ref for item in found):
        raise OddError("the answer names a subscription of another customer")
    if len({item.ref for item in found}) != len(found):
        raise OddError("the answer names a subscription twice")
    return sorted(found, key=lambda item: (item.anchor, item.ref))


def changed(answer: Told, ref: str) -> Subscription:
    """The subscription that was to be changed, as it is now. Raises `OddError`, also for another one."""
    found = subscription(answer["subscription"])
    if found.ref != ref:
        raise OddError("the answer is about another subscription")
    return found


def plans(answer: Told) -> Sequence[Plan]:
    """Every plan on sale, by ref. Raises `OddError`."""
    found = {item.ref: item for item in map(plan, answer["plans"].items(MOST_PLANS))}
    return [found[ref] for ref in sorted(found)]


def customers(answer: Told) -> tuple[Sequence[Customer], str | None]:
    """One page of customers, and the token of the next one. Raises `OddError`."""
    found = [customer(item) for item in answer["customers"].items(MOST_CUSTOMERS)]
    return found, answer["next"].maybe(Told.ref)


def customer(told: Told) -> Customer:
    """A customer. Raises `OddError`."""
    address = told["email"].value
    email = normalise_email(address) if isinstance(address, str) else ""
    if not is_email(email) or not email.isprintable():
        raise told["email"].odd("a mail address")
    return Customer(
        ref=told["id"].ref(),
        name=told["name"].name(),
        email=email,
        locale=told["locale"].maybe(_locale) or "en",
        phone=told["phone"].maybe(_phone),
        country=told["country"].maybe(_country),
    )


def subscription(told: Told) -> Subscription:
    """A subscription. Raises `OddError`."""
    of, status = plan(told["plan"]), told["status"].word(Status)
    period = told["period"]
    start, end = period["start"].moment(), period["end"].moment()
    if end <= start:
        raise period.odd("an end after its start")
    found = Subscription(
        ref=told["id"].ref(),
        customer_ref=told["customer"].ref(),
        plan=of,
        status=status,
        anchor=told["started"].moment(),
        period=Period(start, end),
        ends_at=told["ends_at"].maybe(Told.moment),
        withdrawal_until=told["withdrawal_until"].maybe(Told.moment),
        trial_until=told["trial_until"].maybe(Told.moment),
        status_before=told["status_before"].maybe(lambda item: item.word(Status)),
        paused_until=told["paused_until"].maybe(Told.moment),
        paid=told["paid"].maybe(money),
        paused_at=told["paused_at"].maybe(Told.moment),
    )
    _must_agree(told, found)
    return found


def plan(told: Told) -> Plan:
    """A plan. Raises `OddError`."""
    rule = told["ends"].maybe(lambda item: item.word(EndRule)) or EndRule.PERIOD_END
    return Plan(
        ref=told["id"].ref(),
        name=told["name"].name(),
        price=money(told["price"]),
        interval=_interval(told["interval"]),
        end_rule=rule,
        refund_unused=told["refund_unused"].maybe(Told.flag) or False,
    )


def money(told: Told) -> Money:
    """An amount. Raises `OddError`."""
    currency = told["currency"].matching(_CURRENCY, "an ISO 4217 code such as EUR")
    return Money(told["minor"].amount(), currency)


def _must_agree(told: Told, found: Subscription) -> None:
    """Refuses what contradicts itself: whichever half was believed, a customer would be told the other."""
    ending = found.status in {Status.CANCELLING, Status.ENDED}
    if ending != (found.ends_at is not None):
        raise told["ends_at"].odd("a time where the status is cancelling or ended, and else null")
    if found.status is Status.TRIAL and found.trial_until is None:
        raise told["trial_until"].odd("a time where the status is trial")
    if found.status_before is not None and not (ending and found.status_before in _BEFORE):
        raise told["status_before"].odd("trial, active or paused where it is cancelled, and else null")
    if found.paid is not None and found.paid.currency != found.plan.price.currency:
        raise told["paid"].odd("the currency of the plan's price")


def _interval(told: Told) -> Interval:
    try:
        return Interval(told.value if isinstance(told.value, str) else "")
    except ValueError:
        raise told.odd("day, week, month, year or several, such as 3 months") from None


def _locale(told: Told) -> str:
    return told.matching(_LOCALE, "a language such as en, de or pt-BR")


def _country(told: Told) -> str:
    return told.matching(_COUNTRY, "two letters of ISO 3166-1 such as DE")


def _phone(told: Told) -> str:
    given = told.value if isinstance(told.value, str) else ""
    # Without its plus a number may be of any country, and would be taken for another one's.
    phone = normalise_phone(given) if given.startswith(("+", "00")) else None
    if phone is None:
        raise told.odd("a number with its country code such as +4930123456")
    return phone
