"""Stripe as a billing provider, for as long as each call may take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from bot.billing.stripe.account import Account, Json, id_of
from bot.billing.stripe.acting import Acting, begun
from bot.billing.stripe.customers import Customers
from bot.billing.stripe.payments import given_back
from bot.billing.stripe.reading import OVER, paid_invoice, price_plan, subscription
from bot.domain.errors import BillingRefusedError, ConflictError
from bot.domain.subscriptions import Plan, Status, Subscription
from bot.ports import CancelAt, Clock

#: The values of `cancellation_details.feedback`.
FEEDBACK = frozenset(
    {
        "customer_service", "low_quality", "missing_features", "other", "switched_service", "too_complex",
        "too_expensive", "unused",
    }
)  # fmt: skip
#: Characters of `cancellation_details.comment`.
_COMMENT = 5000


@dataclass(frozen=True, slots=True)
class StripeProvider:
    """Implements `ports.BillingProvider`; each call answers or fails within `seconds`."""

    account: Account
    whose: Customers
    clock: Clock
    seconds: float

    def subscriptions(self, customer_ref: str) -> Sequence[Subscription]:
        """All of a customer's, at whichever of their Stripe customers, oldest first."""
        with self.account.within(self.seconds):
            found = [
                self._read(item, customer_ref, self._back(item))
                for customer in self.whose.of(customer_ref)
                for item in self._held_by(id_of(customer))
            ]
        return sorted(found, key=lambda item: (item.anchor, item.ref))

    def plans(self) -> Sequence[Plan]:
        """Every price that is charged again and again and is on sale, by ref."""
        api = self.account.api
        with self.account.within(self.seconds):
            listed = self.account.pages(
                api.prices.list, active=True, type="recurring", expand=["data.product"]
            )
            prices = list(listed)
            for price in prices:
                if isinstance(price["product"], dict):
                    self.account.remember(price["product"])
            made = [price_plan(price, self.account.name_of) for price in prices]
        return sorted(made, key=lambda plan: plan.ref)

    def cancel(self, ref: str, *, at: CancelAt, idempotency_key: str) -> Subscription:
        """Ends a subscription and pays back what it is told to, exactly, once it has ended.

        What an earlier try has left undone is done now. Raises what `ports.BillingProvider` says.
        """
        with self.account.within(self.seconds):
            acting = self._acting(ref, idempotency_key)
            found = acting.found()
            mark = acting.mark(found)
            if mark is None:
                current = self._owned(found)
                sooner = at.immediately and current.status is Status.CANCELLING
                if not current.cancellable and not sooner:
                    raise ConflictError(f"subscription {ref} is {current.status.value} already")
                with _unless_ended(acting):
                    found, mark = acting.end(found, current, at)
            elif begun(mark, found):
                found = acting.end_now(found)
            acting.settle(mark, found)
            return self._told(found)

    def resume(self, ref: str, *, idempotency_key: str) -> Subscription:
        """Takes a cancellation back; a schedule that was in force before it stays released."""
        with self.account.within(self.seconds):
            acting = self._acting(ref, idempotency_key)
            found = acting.found()
            if acting.mark(found) is None:
                self._must_be(Status.CANCELLING, found)
                with _unless_ended(acting):
                    found = acting.resume(found)
            return self._told(found)

    def pause(self, ref: str, *, until: datetime | None, idempotency_key: str) -> Subscription:
        """Stops charging until then, or until it is resumed: what would have been charged is waived."""
        with self.account.within(self.seconds):
            acting = self._acting(ref, idempotency_key)
            found = acting.found()
            if acting.mark(found) is None:
                self._must_be(Status.ACTIVE, found)
                with _unless_ended(acting):
                    found = acting.pause(found, until)
            return self._told(found)

    def unpause(self, ref: str, *, idempotency_key: str) -> Subscription:
        """Goes on after a pause."""
        with self.account.within(self.seconds):
            acting = self._acting(ref, idempotency_key)
            found = acting.found()
            if acting.mark(found) is None:
                self._must_be(Status.PAUSED, found)
                with _unless_ended(acting):
                    found = acting.unpause(found)
            return self._told(found)

    def acted(self, ref: str, *, idempotency_key: str) -> bool:
        """Whether a call with this key has had its effect; what it owes by now is paid back."""
        with self.account.within(self.seconds):
            acting = self._acting(ref, idempotency_key)
            return acting.acted(acting.found())

    def note_reason(self, ref: str, *, feedback: str | None, comment: str | None) -> None:
        """Writes `cancellation_details`, which staff see in Stripe, beside a subscription that ends."""
        with self.account.within(self.seconds):
            found = self._acting(ref, "").found()
            if self._owned(found).status in {Status.CANCELLING, Status.ENDED}:
                said = feedback if feedback in FEEDBACK or feedback is None else "other"
                details = {"feedback": said or "", "comment": (comment or "")[:_COMMENT]}
                self.account.tell(self.account.api.subscriptions.update, ref, cancellation_details=details)

    def _must_be(self, status: Status, found: Json) -> None:
        current = self._owned(found)
        if current.status is not status:
            raise ConflictError(f"subscription {current.ref} is {current.status.value}, not {status.value}")

    def _acting(self, ref: str, key: str) -> Acting:
        return Acting(self.account, ref, key, self.clock.now())

    def _held_by(self, customer: str) -> Sequence[Json]:
        listed = self.account.pages(
            self.account.api.subscriptions.list,
            customer=customer,
            status="all",
            expand=["data.latest_invoice"],
        )
        return [item for item in listed if id_of(item.get("customer")) == customer]

    def _back(self, found: Json) -> int | None:
        """What has come back of what was paid for the running period, which Stripe's invoice does not say."""
        invoice = paid_invoice(found)
        return None if invoice is None else given_back(self.account, invoice)

    def _told(self, found: Json) -> Subscription:
        """As what is told next goes by it."""
        return self._owned(found, self._back(found))

    def _owned(self, found: Json, back: int | None = None) -> Subscription:
        """As ours, with whose it is."""
        customer = found["customer"]
        if not isinstance(customer, dict):
            customer = self.account.get(self.account.api.customers.retrieve, id_of(customer))
        return self._read(found, self.whose.ref_of(customer), back)

    def _read(self, found: Json, customer_ref: str, back: int | None) -> Subscription:
        return subscription(found, customer_ref, self.account.name_of, self.clock.now(), back)


@contextmanager
def _unless_ended(acting: Acting) -> Iterator[None]:
    """Where Stripe refuses a change since the subscription has just ended, that is what is said."""
    try:
        yield
    except BillingRefusedError:
        if acting.found()["status"] in OVER:
            raise ConflictError(f"subscription {acting.ref} has ended meanwhile") from None
        raise
