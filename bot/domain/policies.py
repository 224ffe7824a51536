"""By which terms plans end, what is paid back, and what else a customer may do: policies as data.

A policy can set an end, a refund, a window to withdraw, a pause and a time in which to undo. There is nothing
in it to ask for a reason, to require a form or to charge a fee: what it can't say, no company can set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from bot.domain.periods import Interval
from bot.domain.subscriptions import EndRule, Plan

#: The name of the rules for every plan that none other are for.
EVERY_PLAN = "*"


class Ends(StrEnum):
    """When a plan ends once it is cancelled."""

    AT_ONCE = "at_once"
    PERIOD_END = "period_end"
    NOTICE = "notice"


class NoticeTo(StrEnum):
    """What a notice runs to, once it is over."""

    DAY = "day"  # its own last day
    MONTH_END = "month_end"
    PERIOD_END = "period_end"


class Refund(StrEnum):
    """What comes back."""

    NONE = "none"
    UNUSED = "unused"  # the unused part of what was paid for, by the second
    FULL = "full"  # everything that was paid


@dataclass(frozen=True, slots=True)
class Ending:
    """When a plan ends. `notice` and `to` belong to `Ends.NOTICE`, and only to that."""

    kind: Ends
    notice: Interval | None = None
    to: NoticeTo = NoticeTo.PERIOD_END

    def __post_init__(self) -> None:
        if (self.kind is Ends.NOTICE) != (self.notice is not None):
            raise ValueError("a notice has a length, and nothing else has")


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The right to withdraw from a new contract: so many days after the one it was made on."""

    days: int = 14  # Directive 2011/83/EU, art. 9 (1); § 355 (2) BGB
    refund: Refund = Refund.FULL


@dataclass(frozen=True, slots=True)
class Pausing:
    """A pause is possible, for `at_most` so long; without it until the customer goes on."""

    at_most: Interval | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """The terms of one plan, for customers of one country.

    `renewed` is how it ends once it has renewed for the first time, where that is otherwise. `later` tells
    whether a customer may ask for a later end. `refund` is what comes back of the period it ends in.
    `withdrawal` and `pause` are None where there is none; a date that the provider gives for the end of the
    right to withdraw counts even so. `undo` is how long a plan that ends at once runs on, so that its end can
    be taken back. `consumers` tells that those who buy it are, for whom the law has rules.
    """

    end: Ending
    renewed: Ending | None = None
    later: bool = True
    refund: Refund = Refund.NONE
    withdrawal: Withdrawal | None = None
    pause: Pausing | None = None
    undo: timedelta | None = None
    consumers: bool = True


#: What a file of policies means where it says nothing, but for what plans say themselves.
UNLESS_SAID: Mapping[str, Any] = MappingProxyType({"withdrawal": Withdrawal()})


@dataclass(frozen=True, slots=True)
class Rules:
    """What is said of some plans: values for fields of `Policy`, and others for customers of a country."""

    said: Mapping[str, Any]
    by_country: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def apply(self, policy: Policy, country: str | None) -> Policy:
        """The policy with what is said here in the place of what it had."""
        return replace(policy, **{**self.said, **self.by_country.get(country or "", {})})


@dataclass(frozen=True, slots=True)
class Policies:
    """All policies. `rules` are by a plan's reference or name; `country` is where customers live by default.

    Without `rules` the plans' own fields count, and nothing else: they say when a plan ends and whether
    what is unused comes back, so nobody can pause, or withdraw but where the provider gives a date.
    """

    rules: Mapping[str, Rules] | None = None
    country: str | None = None

    def of(self, plan: Plan, country: str | None = None) -> Policy:
        """The terms of `plan` for customers who live in `country` (ISO 3166-1), or where most do.

        What is said of a plan goes before what is said of every plan, and of a country before all countries.
        """
        own = of_plan(plan)
        if self.rules is None:
            return own
        policy = replace(own, **UNLESS_SAID)
        for name in (EVERY_PLAN, self.named(plan)):
            if name is not None and name in self.rules:
                policy = self.rules[name].apply(policy, country or self.country)
        return policy

    def named(self, plan: Plan) -> str | None:
        """What the rules call this plan: by its reference, or else by its name, however that is spelt."""
        names = [name for name in self.rules or {} if name != EVERY_PLAN]
        if plan.ref in names:
            return plan.ref
        return next((name for name in names if name.casefold() == plan.name.casefold()), None)

    def countries(self) -> frozenset[str]:
        """The countries of which something is said."""
        rules = (self.rules or {}).values()
        named = {country for item in rules for country in item.by_country}
        return frozenset(named | ({self.country} if self.country else set()))


def of_plan(plan: Plan) -> Policy:
    """The terms that the plan's own fields say."""
    kind = Ends.AT_ONCE if plan.end_rule is EndRule.AT_ONCE else Ends.PERIOD_END
    return Policy(Ending(kind), refund=Refund.UNUSED if plan.refund_unused else Refund.NONE)
