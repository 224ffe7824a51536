"""One row of an import: from its texts to a customer, a plan and a subscription."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.domain.currencies import decimals
from bot.domain.customers import Customer, is_email, normalise_email, normalise_phone
from bot.domain.money import Money
from bot.domain.periods import Interval, period_containing
from bot.domain.subscriptions import EndRule, Plan, Status, Subscription

REQUIRED = ("customer", "name", "email")
_OF_PLAN = ("plan", "plan_name", "price", "currency", "interval", "ends", "refund_unused")
_OF_SUBSCRIPTION = (*_OF_PLAN, "status", "started", "ends_at", "trial_until", "withdrawal_until")
COLUMNS = (*REQUIRED, "locale", "phone", "country", "subscription", *_OF_SUBSCRIPTION)

_PRICE = re.compile(r"\d{1,12}(?:\.(\d+))?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LOCALE = re.compile(r"[a-z]{2,3}(?:[-_][A-Z]{2})?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_Word = TypeVar("_Word", bound=StrEnum)


class RowFaultError(Exception):
    """A field of a row can't be taken; whoever knows the line says so."""

    def __init__(self, column: str, problem: str) -> None:
        super().__init__(f"{column}: {problem}")
        self.column, self.problem = column, problem


@dataclass(frozen=True, slots=True)
class Fields:
    """A row's texts by column, stripped. A column that is not in the file reads as empty."""

    texts: Mapping[str, str]

    def optional(self, column: str, default: str = "") -> str:
        """The text, or the default where it is empty."""
        text = self.texts.get(column, "") or default
        if not text.isprintable() or len(text) > 200:
            raise RowFaultError(column, "takes up to 200 printable characters")
        return text

    def required(self, column: str) -> str:
        """The text, which must be there."""
        text = self.optional(column)
        if not text:
            raise RowFaultError(column, "is empty")
        return text

    def word(self, column: str, words: type[_Word], default: _Word) -> _Word:
        """One of a few words."""
        text = self.optional(column, default.value)
        try:
            return words(text)
        except ValueError as fault:
            raise RowFaultError(column, f"takes one of {', '.join(words)}, not {text!r}") from fault

    def interval(self, column: str) -> Interval:
        """How often a plan renews; without it, monthly."""
        text = self.optional(column, Interval.MONTH)
        try:
            return Interval(text)
        except ValueError as fault:
            problem = f"takes day, week, month, year or several, such as 3 months, not {text!r}"
            raise RowFaultError(column, problem) from fault

    def moment(self, column: str, zone: ZoneInfo) -> datetime | None:
        """A time, as UTC."""
        text = self.optional(column)
        if not text:
            return None
        problem = f"takes 2026-03-31 or 2026-03-31T12:00:00+02:00, not {text!r}"
        try:
            if _DATE.fullmatch(text):
                return datetime.combine(date.fromisoformat(text), time(), zone).astimezone(UTC)
            moment = datetime.fromisoformat(text)
        except (ValueError, OverflowError) as fault:
            raise RowFaultError(column, problem) from fault
        if moment.tzinfo is None:
            raise RowFaultError(column, problem)
        return moment.astimezone(UTC)


def read_customer(fields: Fields) -> Customer:
    """The row's customer. Raises `RowFaultError`."""
    email = normalise_email(fields.required("email"))
    if not is_email(email):
        raise RowFaultError("email", "not an e-mail address")
    locale = fields.optional("locale", "en")
    if not _LOCALE.fullmatch(locale):
        raise RowFaultError("locale", f"takes a language such as en, de or pt-BR, not {locale!r}")
    ref, name = fields.required("customer"), fields.required("name")
    return Customer(ref, name, email, locale, _phone(fields), _country(fields))


def _phone(fields: Fields) -> str | None:
    given = fields.optional("phone")
    if not given:
        return None
    # Without its plus a number may be of any country, and would be taken for another one's.
    phone = normalise_phone(given) if given.startswith(("+", "00")) else None
    if phone is None:
        raise RowFaultError(
            "phone", f"takes a number with its country code such as +4930123456, not {given!r}"
        )
    return phone


def _country(fields: Fields) -> str | None:
    given = fields.optional("country")
    if given and not _COUNTRY.fullmatch(given):
        raise RowFaultError("country", f"takes two letters of ISO 3166-1 such as DE, not {given!r}")
    return given or None


def read_plan(fields: Fields) -> Plan | None:
    """The row's plan; None in a row without a subscription. Raises `RowFaultError`."""
    if not fields.optional("subscription"):
        for column in _OF_SUBSCRIPTION:
            if fields.optional(column):
                raise RowFaultError(column, "is given, but no subscription")
        return None
    ref = fields.required("plan")
    refund = fields.optional("refund_unused", "no")
    if refund not in {"yes", "no"}:
        raise RowFaultError("refund_unused", f"takes yes or no, not {refund!r}")
    end_rule = fields.word("ends", EndRule, EndRule.PERIOD_END)
    if refund == "yes" and end_rule is not EndRule.AT_ONCE:
        raise RowFaultError("refund_unused", "applies to plans that end at_once")
    interval = fields.interval("interval")
    return Plan(ref, fields.optional("plan_name", ref), _price(fields), interval, end_rule, refund == "yes")


def _price(fields: Fields) -> Money:
    currency = fields.required("currency")
    if not _CURRENCY.fullmatch(currency):
        raise RowFaultError("currency", f"takes a code such as EUR, not {currency!r}")
    text = fields.required("price")
    match = _PRICE.fullmatch(text)
    if match is None:
        raise RowFaultError("price", f"takes an amount such as 12.00, not {text!r}")
    digits = decimals(currency)
    if len((match[1] or "").rstrip("0")) > digits:
        raise RowFaultError("price", f"{currency} has {digits} decimals, not as many as {text!r}")
    return Money(int(Decimal(text).scaleb(digits)), currency)


def read_subscription(fields: Fields, customer: Customer, plan: Plan, zone: ZoneInfo) -> Subscription:
    """The row's subscription. Raises `RowFaultError`."""
    status = fields.word("status", Status, Status.ACTIVE)
    anchor = fields.moment("started", zone)
    if anchor is None:
        raise RowFaultError("started", "is empty")
    ends_at, trial_until = fields.moment("ends_at", zone), fields.moment("trial_until", zone)
    if (ends_at is not None) != (status in {Status.CANCELLING, Status.ENDED}):
        raise RowFaultError("ends_at", "goes with the status cancelling or ended, and only with these")
    if status is Status.TRIAL and trial_until is None:
        raise RowFaultError("trial_until", "is empty, and the status is trial")
    for column, moment in (("ends_at", ends_at), ("trial_until", trial_until)):
        if moment is not None and moment < anchor:
            raise RowFaultError(column, "lies before started")
    return Subscription(
        ref=fields.required("subscription"),
        customer_ref=customer.ref,
        plan=plan,
        status=status,
        anchor=anchor,
        period=period_containing(anchor, plan.interval, anchor, zone),
        ends_at=ends_at,
        trial_until=trial_until,
        withdrawal_until=fields.moment("withdrawal_until", zone),
    )
