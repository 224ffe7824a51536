"""The embedded billing provider: subscriptions in our own database, changed in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.errors import ConflictError, NotFoundError
from bot.domain.periods import period_containing
from bot.domain.subscriptions import Plan, Status, Subscription, effective_status
from bot.ports import Abilities, BillingProvider, CancelAt, Clock, UnitOfWork


class Book:
    """Implements `ports.EmbeddedBilling`. Billing periods are counted in `zone`, the company's."""

    abilities = Abilities(pause=True, refund=True)

    def __init__(self, zone: ZoneInfo, clock: Clock) -> None:
        self._zone = zone
        self._clock = clock

    def within(self, work: UnitOfWork) -> BillingProvider:
        """The book as part of `work`: what it does is done when `work` commits, and not otherwise."""
        return _BookInWork(work, self._zone, self._clock)


class _BookInWork:
    """Implements `ports.BillingProvider`."""

    def __init__(self, work: UnitOfWork, zone: ZoneInfo, clock: Clock) -> None:
        self._work = work
        self._zone = zone
        self._clock = clock

    def subscriptions(self, customer_ref: str) -> Sequence[Subscription]:
        """All of a customer's, oldest first, each with the status and the period that hold now."""
        now = self._clock.now()
        return [self._at(now, subscription) for subscription in self._work.book.of_customer(customer_ref)]

    def plans(self) -> Sequence[Plan]:
        """Every plan there is, by ref."""
        return self._work.book.plans()

    def cancel(self, ref: str, *, at: CancelAt, idempotency_key: str) -> Subscription:
        """Ends a subscription at `at.effective_at`.

        Raises `NotFoundError` for an unknown one, `ConflictError` when it is cancelled already under
        another key.
        """
        now = self._clock.now()
        subscription = self._get(ref, now)
        if self._work.book.effect(idempotency_key) is None:
            sooner = at.immediately and subscription.status is Status.CANCELLING
            if not subscription.cancellable and not sooner:
                raise ConflictError(f"subscription {ref} is {subscription.status.value} already")
            status = Status.ENDED if at.immediately else Status.CANCELLING
            before = subscription.status
            cancelled = replace(subscription, status=status, ends_at=at.effective_at, status_before=before)
            subscription = self._effect(cancelled, idempotency_key, now)
        return subscription

    def resume(self, ref: str, *, idempotency_key: str) -> Subscription:
        """Takes a cancellation back; the subscription is what it was before.

        Raises `NotFoundError` for an unknown one, `ConflictError` when there is no cancellation that could
        still be taken back: none was made, or the end has come.
        """
        now = self._clock.now()
        subscription = self._get(ref, now)
        if self._work.book.effect(idempotency_key) is None:
            if subscription.status is not Status.CANCELLING:
                raise ConflictError(f"subscription {ref} is {subscription.status.value}, not cancelling")
            status = subscription.status_before or Status.ACTIVE
            resumed = replace(subscription, status=status, ends_at=None, status_before=None)
            subscription = self._effect(resumed, idempotency_key, now)
        return subscription

    def pause(self, ref: str, *, until: datetime | None, idempotency_key: str) -> Subscription:
        """Stops charging until then, or until it is resumed.

        Raises `NotFoundError` for an unknown one, `ConflictError` unless it is active.
        """
        now = self._clock.now()
        subscription = self._get(ref, now)
        if self._work.book.effect(idempotency_key) is None:
            if subscription.status is not Status.ACTIVE:
                raise ConflictError(f"subscription {ref} is {subscription.status.value}, not active")
            paused = replace(subscription, status=Status.PAUSED, paused_until=until, paused_at=now)
            subscription = self._effect(paused, idempotency_key, now)
        return subscription

    def unpause(self, ref: str, *, idempotency_key: str) -> Subscription:
        """Goes on after a pause. Raises `NotFoundError` for an unknown one, `ConflictError` if not paused."""
        now = self._clock.now()
        subscription = self._get(ref, now)
        if self._work.book.effect(idempotency_key) is None:
            if subscription.status is not Status.PAUSED:
                raise ConflictError(f"subscription {ref} is {subscription.status.value}, not paused")
            going_on = replace(subscription, status=Status.ACTIVE, paused_until=None, paused_at=None)
            subscription = self._effect(going_on, idempotency_key, now)
        return subscription

    def acted(self, ref: str, *, idempotency_key: str) -> bool:
        """Whether a call with this key has had its effect."""
        return self._work.book.effect(idempotency_key) is not None

    def note_reason(self, ref: str, *, feedback: str | None, comment: str | None) -> None:
        """Nothing: exit answers stand in the same database as the book."""

    def _get(self, ref: str, now: datetime) -> Subscription:
        # Read before the key is looked up: reading locks it, so of two calls with one key the second finds
        # the first one's effect.
        stored = self._work.book.get(ref)
        if stored is None:
            raise NotFoundError("no such subscription")
        return self._at(now, stored)

    def _effect(self, subscription: Subscription, idempotency_key: str, now: datetime) -> Subscription:
        self._work.book.put(subscription)
        self._work.book.record_effect(idempotency_key, subscription.ref)
        return self._at(now, subscription)

    def _at(self, now: datetime, stored: Subscription) -> Subscription:
        """What holds at `now`: time alone ends trials, pauses and cancelled subscriptions, no job has to."""
        status = effective_status(stored.status, stored.ends_at, now)
        if status is Status.PAUSED and stored.paused_until is not None and stored.paused_until <= now:
            status, stored = Status.ACTIVE, replace(stored, paused_until=None, paused_at=None)
        if status is Status.TRIAL and stored.trial_until is not None and stored.trial_until <= now:
            status = Status.ACTIVE
        at = now
        if status is Status.ENDED and stored.ends_at is not None:
            # The last period there was; one that would begin at the end never did.
            at = stored.ends_at - timedelta(microseconds=1)
        period = period_containing(stored.anchor, stored.plan.interval, at, self._zone)
        return replace(stored, status=status, period=period)
