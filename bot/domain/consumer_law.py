"""What consumer law says about a policy: where leaving would be harder than the law allows.

Not legal advice, and not all there is: what can be told from a policy's fields alone, each with its source,
so that somebody who knows the case can look it up. Nothing here changes what a policy does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.periods import Interval
from bot.domain.policies import Ending, Ends, NoticeTo, Policy, Refund
from bot.domain.subscriptions import Plan

#: Where Directive 2011/83/EU holds: the Union, and Iceland, Liechtenstein and Norway.
_EEA = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
EEA = frozenset(_EEA.split())
_RIGHT_TO_WITHDRAW = dict.fromkeys(EEA, "Directive 2011/83/EU, art. 9") | {
    "DE": "§ 355 (2) BGB; Directive 2011/83/EU, art. 9",
    "GB": "Consumer Contracts Regulations 2013, reg. 30",
}
_DAYS = 14
#: A month is so many days: more than the shortest are not "a month at most" in every month.
_SHORTEST_MONTH, _LONGEST_MONTH = 28, 31


@dataclass(frozen=True, slots=True)
class Concern:
    """What a customer of `country` may have by law and not by the policy; `source` says where that stands."""

    country: str
    what: str
    source: str


def concerns(policy: Policy, plan: Plan, country: str) -> tuple[Concern, ...]:
    """What the law of `country` (ISO 3166-1) has against the policy of a plan; none for businesses."""
    if not policy.consumers:
        return ()
    found = [*_withdrawal(policy, country), *_overpaid(policy, country)]
    if country == "DE":
        found += _german(policy, plan.interval)
    return tuple(Concern(country, what, source) for what, source in found)


def _withdrawal(policy: Policy, country: str) -> Iterator[tuple[str, str]]:
    source = _RIGHT_TO_WITHDRAW.get(country)
    if source is None:
        return
    if policy.withdrawal is None:
        yield (
            "there is no right to withdraw; consumers have one of 14 days, but for exceptions such as "
            "digital content they agreed to get at once",
            f"{source}; exceptions: art. 16" if country != "GB" else f"{source}; exceptions: reg. 28 and 37",
        )
        return
    if policy.withdrawal.days < _DAYS:
        yield f"the window to withdraw is {policy.withdrawal.days} days; consumers have {_DAYS}", source
    if policy.withdrawal.refund is Refund.UNUSED:
        yield (
            "who withdraws pays for what was used; that holds only where they asked for it to begin at once "
            "and were told",
            "Consumer Contracts Regulations 2013, reg. 36"
            if country == "GB"
            else "Directive 2011/83/EU, art. 14 (3) and (4)",
        )


def _overpaid(policy: Policy, country: str) -> Iterator[tuple[str, str]]:
    if country == "GB" and policy.refund is Refund.NONE and pays_for_more(policy):
        yield (
            "it can end before what is paid for does, and the rest is kept; an overpayment goes back",
            "Digital Markets, Competition and Consumers Act 2024, s. 261",
        )


def pays_for_more(policy: Policy) -> bool:
    """Whether a plan can end in the middle of what was paid for."""
    return any(
        ending.kind is Ends.AT_ONCE or (ending.kind is Ends.NOTICE and ending.to is not NoticeTo.PERIOD_END)
        for ending in (policy.end, policy.renewed)
        if ending is not None
    )


def _german(policy: Policy, interval: Interval) -> Iterator[tuple[str, str]]:
    """§ 309 Nr. 9 BGB: terms of contracts with consumers for regular services."""
    if _longer(interval, months=24, days=730):
        yield "a first term of more than two years binds nobody", "§ 309 Nr. 9 a BGB"
    notice = policy.end.notice
    if notice is not None and _longer(notice, months=1, days=_SHORTEST_MONTH):
        yield (
            f"the notice is longer than a month ({notice})",
            "§ 309 Nr. 9 c BGB",
        )
    renewed = policy.renewed or policy.end
    if _binds_longer_than_a_month(renewed, interval):
        yield (
            "once it has renewed, customers can end it at any time with a month's notice at most; here it "
            "can take longer (end_once_renewed)",
            "§ 309 Nr. 9 b BGB",
        )


def _binds_longer_than_a_month(ending: Ending, interval: Interval) -> bool:
    """Whether, at the worst moment to say it, more than a month is left."""
    notice = ending.notice
    if notice is not None and _longer(notice, months=1, days=_SHORTEST_MONTH):
        return True
    if ending.kind is Ends.AT_ONCE or ending.to is NoticeTo.DAY:
        return False
    # With a notice, it is the notice and up to a whole month or period more.
    return notice is not None or _longer(interval, months=1, days=_LONGEST_MONTH)


def _longer(interval: Interval, *, months: int, days: int) -> bool:
    return interval.months > months or interval.days > days
