"""What the contract of billing providers is written in: one provider, and what is around it in a test."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.money import Money
from bot.domain.subscriptions import Subscription
from bot.ports import BillingProvider, CancelAt
from tests.fixtures.builders import BERLIN
from tests.fixtures.fakes import START

NOTHING = Money(0, "EUR")


class World(ABC):
    """A provider with customers to whom tests give subscriptions, and a clock; `now` is START at first.

    Where the provider makes references itself, `ref` and what `give` returns are the provider's. `zone` is
    the one that it counts periods in.
    """

    zone: ZoneInfo = BERLIN

    def __init__(self) -> None:
        self.now = START
        self.ref = ""

    @abstractmethod
    def provider(self) -> AbstractContextManager[BillingProvider]:
        """The provider. What is called in the block has been done once it ends."""

    @abstractmethod
    def put(self, subscription: Subscription) -> str:
        """Has a customer hold this, paid for, as it stands; again replaces it. Returns its reference."""

    @abstractmethod
    def set_time(self, at: datetime) -> None:
        """It is `at` now, for the provider."""

    def refunds(self) -> Sequence[Money]:
        """What the provider has paid back, in order; only asked of those elsewhere."""
        raise NotImplementedError

    def reason(self, ref: str) -> tuple[str | None, str | None] | None:
        """The feedback and the comment beside a subscription; only asked of those elsewhere."""
        raise NotImplementedError

    def give(self, subscription: Subscription) -> str:
        """Like `put`; the first one is what `ref` is about."""
        ref = self.put(subscription)
        self.ref = self.ref or ref
        return ref

    def move_to(self, at: datetime) -> None:
        """Lets time pass."""
        self.now = at
        self.set_time(at)

    def wait(self, **by: float) -> None:
        """Lets so much time pass, `wait(days=40)`."""
        self.move_to(self.now + timedelta(**by))

    def all(self, customer: str = "ada") -> Sequence[Subscription]:
        """All that a customer has."""
        with self.provider() as provider:
            return list(provider.subscriptions(customer))

    def one(self, ref: str = "") -> Subscription:
        """One that ada has; the first she was given, unless told otherwise."""
        (found,) = (item for item in self.all() if item.ref == (ref or self.ref))
        return found

    def key(self, number: int) -> str:
        """The key of an operation on the first one."""
        return f"{self.ref}:{number}"

    def cancel(
        self,
        key: int | str,
        *,
        ref: str = "",
        at: datetime | None = None,
        immediately: bool = False,
        refunded: Money = NOTHING,
    ) -> Subscription:
        """Cancels, at the end of the period unless told otherwise; at once, where that is said."""
        ref = ref or self.ref
        end = at or (self.now if immediately else self.one(ref).period.end)
        with self.provider() as provider:
            terms = CancelAt(end, immediately, refunded)
            return provider.cancel(ref, at=terms, idempotency_key=self._key(key))

    def resume(self, key: int | str) -> Subscription:
        """Takes the first one's cancellation back."""
        with self.provider() as provider:
            return provider.resume(self.ref, idempotency_key=self._key(key))

    def pause(self, key: int | str, until: datetime | None = None) -> Subscription:
        """Pauses the first one."""
        with self.provider() as provider:
            return provider.pause(self.ref, until=until, idempotency_key=self._key(key))

    def unpause(self, key: int | str) -> Subscription:
        """Has the first one go on."""
        with self.provider() as provider:
            return provider.unpause(self.ref, idempotency_key=self._key(key))

    def acted(self, key: int | str) -> bool:
        """Whether a key has acted on the first one."""
        with self.provider() as provider:
            return provider.acted(self.ref, idempotency_key=self._key(key))

    def _key(self, key: int | str) -> str:
        return key if isinstance(key, str) else self.key(key)
