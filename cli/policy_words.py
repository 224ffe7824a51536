"""What a policy does to a plan, in sentences, by the example of somebody who cancels today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.cancellations import Quote, quote_cancellation
from bot.domain.consumer_law import concerns, pays_for_more
from bot.domain.pauses import PauseQuote, quote_pause
from bot.domain.periods import Interval, last_moment, period_containing
from bot.domain.policies import Ending, Ends, NoticeTo, Policies, Policy, Refund
from bot.domain.subscriptions import Plan, Status, Subscription
from bot.domain.withdrawals import withdrawal_until
from bot.wording.formats import Formats

_TO = {
    NoticeTo.DAY: "to the day it is over",
    NoticeTo.MONTH_END: "to the end of a month",
    NoticeTo.PERIOD_END: "to the end of a period",
}


@dataclass(slots=True)
class Words:
    """Explains plans as of `now`; `warnings` counts what there was to warn of."""

    policies: Policies
    countries: Sequence[str]
    now: datetime
    zone: ZoneInfo
    warnings: int = 0
    _formats: Formats = field(init=False)

    def __post_init__(self) -> None:
        self._formats = Formats("en", self.zone)

    def plan(self, plan: Plan) -> Iterator[str]:
        """A heading, what counts for most customers, what counts elsewhere, and what to think of it."""
        usual = self.policies.of(plan)
        price = self._formats.value(plan.price)
        yield f"{plan.name} ({plan.ref}): {price} {_every(plan.interval)}"
        said = list(self._policy(plan, usual, self.policies.country))
        yield from (f"  {line}" for line in said)
        for country in self.countries:
            other = list(self._policy(plan, self.policies.of(plan, country), country))
            differs = [line for line in other if line not in said]
            yield from (f"  in {country}: {line}" for line in differs)
        yield from self._warned(plan)

    def _policy(self, plan: Plan, policy: Policy, country: str | None) -> Iterator[str]:
        for renewed in (False, True) if policy.renewed is not None else (False,):
            yield from self._cancelled(plan, policy, renewed)
        yield "A later day can be asked for" if policy.later else "No later day can be asked for"
        yield self._withdrawal(plan, policy, country)
        yield self._pause(plan, policy)

    def _cancelled(self, plan: Plan, policy: Policy, renewed: bool) -> Iterator[str]:
        subscription = self._example(plan, renewed)
        quoted = quote_cancellation(subscription, self.now, self.now, self.zone, policy=policy)
        began = self._formats.value(subscription.anchor)
        ending = policy.renewed if renewed and policy.renewed is not None else policy.end
        whose = f"Begun on {began}{', renewed once' if renewed else ''}, cancelled today:"
        yield f"{whose} {self._ends(quoted, ending)}"
        yield f"  {self._money(quoted)}; {_undo(quoted, policy, ending)}"

    def _ends(self, quoted: Quote, ending: Ending) -> str:
        if quoted.effective_at <= self.now:
            return "ends at once"
        spec = "datetime" if ending.kind is Ends.AT_ONCE else ""
        end = self._formats.value(last_moment(quoted.effective_at), spec)
        if ending.kind is Ends.NOTICE and ending.notice is not None:
            return f"ends on {end} (a notice of {_length(ending.notice)}, {_TO[ending.to]})"
        return f"ends on {end}" + (" (with the period)" if ending.kind is Ends.PERIOD_END else "")

    def _money(self, quoted: Quote) -> str:
        charged = self._formats.value(quoted.charged) if quoted.charged else "nothing"
        back = self._formats.value(quoted.refunded) if quoted.refunded else "nothing"
        return f"charged until then: {charged}; paid back: {back}"

    def _withdrawal(self, plan: Plan, policy: Policy, country: str | None) -> str:
        if policy.withdrawal is None:
            return "Withdrawal: none, unless the billing system gives a date"
        begun_now = replace(self._example(plan, renewed=False), anchor=self.now)
        until = withdrawal_until(begun_now, policy, self.zone, country)
        last_day = self._formats.value(last_moment(until)) if until is not None else "never"
        back = "everything" if policy.withdrawal.refund is Refund.FULL else "the unused part"
        days = policy.withdrawal.days
        return f"Withdrawal: for {days} days, so until {last_day} where it begins today; {back} is paid back"

    def _pause(self, plan: Plan, policy: Policy) -> str:
        if policy.pause is None:
            return "Pause: none"
        if policy.pause.at_most is None:
            return "Pause: until the customer goes on"
        quoted = quote_pause(self._example(plan, renewed=False), policy, self.now, self.zone)
        longest = f"Pause: {_length(policy.pause.at_most)} at most"
        if not isinstance(quoted, PauseQuote) or quoted.until is None or quoted.renews_at is None:
            return f"{longest}; today that would save nothing, as it is shorter than what is paid for"
        until, again = (self._formats.value(at) for at in (quoted.until, quoted.renews_at))
        return f"{longest}; from today until {until}, and charged again on {again}"

    def _warned(self, plan: Plan) -> Iterator[str]:
        """What the law has against it, a line for each thing, with the countries where it is so."""
        found: dict[tuple[str, str], list[str]] = {}
        for country in self.countries:
            for concern in concerns(self.policies.of(plan, country), plan, country):
                found.setdefault((concern.what, concern.source), []).append(country)
        for (what, source), where in found.items():
            self.warnings += 1
            yield f"  warning: {', '.join(where)}: {what} ({source})"
        usual = self.policies.of(plan)
        if usual.refund is Refund.NONE and pays_for_more(usual):
            yield "  note: it can end before what is paid for does, and nothing comes back"
        if usual.undo is not None and Ends.AT_ONCE not in {usual.end.kind, (usual.renewed or usual.end).kind}:
            yield "  note: undo has no effect: what doesn't end at once can be undone until it ends"

    def _example(self, plan: Plan, renewed: bool) -> Subscription:
        """A subscription in the middle of its first period, or of its second."""
        half = timedelta(days=plan.interval.days or plan.interval.months * 30) / 2
        anchor = self.now - half * (3 if renewed else 1)
        period = period_containing(anchor, plan.interval, self.now, self.zone)
        return Subscription("example", "example", plan, Status.ACTIVE, anchor, period)


def _undo(quoted: Quote, policy: Policy, ending: Ending) -> str:
    if not quoted.undoable:
        return "can't be undone, so one press is asked for"
    if ending.kind is Ends.AT_ONCE and policy.undo is not None:
        hours = int(policy.undo.total_seconds() // 3600)
        window = f"{hours} hours" if hours != 24 else "a day"
        return f"it runs on for {window}, in which it can be undone"
    return "can be undone until then"


def _length(interval: Interval) -> str:
    return f"{interval.number} {interval.unit.value}{'s' if interval.number > 1 else ''}"


def _every(interval: Interval) -> str:
    return f"every {interval.unit.value}" if interval.number == 1 else f"every {_length(interval)}"
