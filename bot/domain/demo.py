"""What the demo begins with."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.customers import Customer
from bot.domain.subscriptions import Plan, Subscription


@dataclass(frozen=True, slots=True)
class DemoData:
    """The demo's customers, with the plans and subscriptions of theirs."""

    customers: tuple[Customer, ...]
    plans: tuple[Plan, ...]
    subscriptions: tuple[Subscription, ...]
