"""Subscriptions and plans as JSON, for views of what a billing system elsewhere told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.domain.money import Money
from bot.domain.periods import Interval, Period
from bot.domain.subscriptions import EndRule, Plan, Status, Subscription

_TIMES = ("anchor", "ends_at", "withdrawal_until", "trial_until", "paused_until", "paused_at")


def dump(items: Sequence[Subscription] | Sequence[Plan]) -> str:
    """The JSON form."""
    return json.dumps([asdict(item) for item in items], default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no JSON form: {type(value).__name__}")


def load_subscriptions(stored: str) -> tuple[Subscription, ...]:
    """Reads what `dump` wrote."""
    return tuple(_subscription(item) for item in json.loads(stored))


def load_plans(stored: str) -> tuple[Plan, ...]:
    """Reads what `dump` wrote."""
    return tuple(_plan(item) for item in json.loads(stored))


def _subscription(item: dict[str, Any]) -> Subscription:
    period, before, paid = item["period"], item["status_before"], item["paid"]
    times = {name: _time(item.get(name)) for name in _TIMES}
    read = {
        "plan": _plan(item["plan"]),
        "status": Status(item["status"]),
        "period": Period(datetime.fromisoformat(period["start"]), datetime.fromisoformat(period["end"])),
        "status_before": None if before is None else Status(before),
        "paid": None if paid is None else Money(**paid),
    }
    return Subscription(**{**item, **times, **read})


def _plan(item: dict[str, Any]) -> Plan:
    read = {
        "price": Money(**item["price"]),
        "interval": Interval(item["interval"]),
        "end_rule": EndRule(item["end_rule"]),
    }
    return Plan(**{**item, **read})


def _time(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(stored)
