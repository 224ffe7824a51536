"""Changing a subscription at Stripe, exactly once: look for the mark, act with the mark, look again."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.billing.stripe import marks
from bot.billing.stripe.account import Account, Json, id_of
from bot.billing.stripe.marks import Mark
from bot.billing.stripe.reading import OVER, STRIPE_ZONE, arranged_end, counted_from, is_mixed
from bot.billing.stripe.refunds import PayingBack
from bot.domain.errors import (
    BillingRefusedError,
    BillingUnavailableError,
    ConflictError,
    NotFoundError,
)
from bot.domain.money import Money
from bot.domain.periods import Period, period_containing
from bot.domain.subscriptions import Subscription
from bot.ports import CancelAt

log = logging.getLogger(__name__)

#: What is read with every subscription: whose it is, and what was paid last.
EXPAND = ["customer", "latest_invoice"]
#: An end that is as near as this to the end of a period is meant to be it: a clock change apart.
_SAME = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Acting:
    """One operation on one subscription, as `key` names it.

    Between reading and acting somebody else may act. Stripe changes an object in one request at a time, and
    what it answers shows the marks of all: who finds one of its own kind that was not there before came
    second, takes its mark back and raises `ConflictError`.
    """

    account: Account
    ref: str
    key: str
    now: datetime

    def found(self) -> Json:
        """The subscription. Raises `NotFoundError`."""
        return self.account.get(self._api.retrieve, self.ref, expand=EXPAND)

    def mark(self, found: Json) -> Mark | None:
        """This operation's mark, if it has acted, or has begun to."""
        return marks.of(found).get(self._name)

    def acted(self, found: Json) -> bool:
        """Whether it has had its effect; what it still owes is paid back now."""
        mark = self.mark(found)
        if mark is None or begun(mark, found):
            return False
        self.settle(mark, found)
        return True

    def settle(self, mark: Mark, found: Json) -> None:
        """Pays back what a cancellation owes by now, unless that is done.

        Nothing is owed for an end that lies ahead and can be taken back, nor for one that was, by whomever.
        Raises `BillingUnavailableError` where it should have come and Stripe has not carried it out yet.
        """
        if mark.kind == marks.END or (mark.kind == marks.CANCEL and mark.refund and self._came(mark, found)):
            PayingBack(self.account, self.ref, self._key).settle(mark)

    def _came(self, mark: Mark, found: Json) -> bool:
        """Whether an end that was arranged has come: staff who take it back, or move it, leave no mark."""
        resumed = any(one.kind == marks.RESUME and one.at >= mark.at for one in marks.of(found).values())
        if resumed or mark.until > self.now:
            return False
        until = arranged_end(found)
        if found["status"] not in OVER and until is not None and until <= mark.until + _SAME:
            raise BillingUnavailableError("Stripe has not ended it yet")
        return found["status"] in OVER

    def end(self, found: Json, current: Subscription, at: CancelAt) -> tuple[Json, Mark]:
        """Has it end as told, and marks it; what is to be paid back, the mark says.

        Raises `BillingRefusedError` where nobody but a person can work that out.
        """
        grid = _Grid(counted_from(found, current.plan.interval, current.period), current)
        effective = grid.snapped(at.effective_at)
        if at.immediately or effective <= self.now or found["status"] == "incomplete":
            mark = Mark(marks.END, self.now, at.effective_at, _owed(at, found))
            return self.end_now(self._change(found, mark)), mark
        # In a period that is still to come Stripe charges for the days until the end only, whatever it is
        # told, so there is nothing to pay back then.
        by_stripe = effective > current.period.end and effective not in grid
        mark = Mark(marks.CANCEL, self.now, effective, None if by_stripe else _owed(at, found))
        self._release(found)
        stamp = int(effective.timestamp())
        if effective != current.period.end:
            return self._change(found, mark, cancel_at=stamp, proration_behavior="none"), mark
        changed = self._change(found, mark, cancel_at_period_end=True)
        if int(changed.get("cancel_at") or 0) > stamp:
            # It was renewed between reading and acting: its end is over already.
            late = replace(mark, kind=marks.END)
            return self.end_now(self._change(changed, late)), late
        return changed, mark

    def end_now(self, found: Json) -> Json:
        """Ends what is marked to end at once. Ended meanwhile, by whomever, is ended."""
        if found["status"] in OVER:
            return found
        self._release(found)
        try:
            # No proration and no last invoice of Stripe's: what is paid back is what the customer was told.
            return self.account.post(
                self._api.cancel,
                self.ref,
                key=f"{self._key}/delete",
                expand=EXPAND,
                prorate=False,
                invoice_now=False,
            )
        except (NotFoundError, BillingRefusedError):
            again = self.found()
            if again["status"] not in OVER:
                raise
            return again

    def resume(self, found: Json) -> Json:
        """Takes an end back that is arranged; what would have been paid back when it came is not."""
        mark = Mark(marks.RESUME, self.now, self.now)
        if found.get("cancel_at_period_end"):
            return self._change(found, mark, cancel_at_period_end=False)
        # Without prorations, as it was arranged: no day is charged twice.
        return self._change(found, mark, cancel_at="", proration_behavior="none")

    def pause(self, found: Json, until: datetime | None) -> Json:
        """Stops charging: invoices are made void until then."""
        paused: dict[str, object] = {"behavior": "void"}
        if until is not None:
            paused["resumes_at"] = int(until.timestamp())
        mark = Mark(marks.PAUSE, self.now, until or self.now)
        return self._change(found, mark, pause_collection=paused)

    def unpause(self, found: Json) -> Json:
        """Goes on. Raises `BillingRefusedError` for a pause of Stripe's own: somebody has to pay first."""
        if not found.get("pause_collection"):
            raise BillingRefusedError("Stripe has paused it; a payment method may be missing")
        return self._change(found, Mark(marks.UNPAUSE, self.now, self.now), pause_collection="")

    def _release(self, found: Json) -> None:
        """Takes it out of its schedule, which would change it later, or refuse that it ends."""
        schedule = id_of(found.get("schedule"))
        if schedule:
            self.account.post(
                self.account.api.subscription_schedules.release, schedule, key=f"{self._key}/release"
            )

    def _change(self, found: Json, mark: Mark, **params: Any) -> Json:
        """Changes it and marks it, in one request."""
        changed = self.account.post(
            self._api.update,
            self.ref,
            key=f"{self._key}/{mark.kind}",
            metadata=marks.written(found, self._name, mark),
            expand=EXPAND,
            **params,
        )
        before, now = marks.of(found), marks.of(changed)
        new = [other for name, other in now.items() if name not in before and name != self._name]
        if any(marks.alike(other, mark) for other in new):
            self.account.post(
                self._api.update, self.ref, key=f"{self._key}/unmark", metadata={self._name: ""}
            )
            raise ConflictError(f"subscription {self.ref} was changed by another operation meanwhile")
        return changed

    @property
    def _key(self) -> str:
        """The key that Stripe sees."""
        return f"{self.account.config.ledger}:{self.key}"

    @property
    def _name(self) -> str:
        return marks.name(self.ref, self.key, self.account.config.ledger)

    @property
    def _api(self) -> Any:  # noqa: ANN401 - the library's own service
        return self.account.api.subscriptions


def begun(mark: Mark, found: Json) -> bool:
    """Whether it was marked to end at once, and has not ended."""
    return mark.kind == marks.END and found["status"] not in OVER


def _owed(at: CancelAt, found: Json) -> Money | None:
    """What is to be paid back, if anything: what was told, unless that was worked out from a part only."""
    if at.refunded and is_mixed(found):
        raise BillingRefusedError("its items have several intervals: a person has to see what is paid back")
    return at.refunded or None


@dataclass(frozen=True, slots=True)
class _Grid:
    """When a subscription renews, as Stripe counts: from `since`."""

    since: datetime
    current: Subscription

    def snapped(self, effective: datetime) -> datetime:
        """The renewal that an end is meant to be; Stripe's own clock decides to the second."""
        end = self.current.period.end
        if abs(effective - end) <= _SAME:
            return end
        if effective < end:
            return effective
        period = self._period(effective)
        return next((at for at in (period.start, period.end) if abs(effective - at) <= _SAME), effective)

    def __contains__(self, effective: datetime) -> bool:
        return self._period(effective).start == effective

    def _period(self, at: datetime) -> Period:
        return period_containing(self.since, self.current.plan.interval, at, STRIPE_ZONE)
