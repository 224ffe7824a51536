"""What a billing system elsewhere last told: a turn reads it without asking inside a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.errors import BillingUnavailableError, FairwellError
from bot.domain.subscriptions import Plan, Subscription
from bot.ports import EmbeddedBilling, RemoteBilling, UnitOfWork, View
from bot.services import view_json
from bot.services.dependencies import Dependencies

#: A view as old as this is read anew before anything is said or done on its ground.
FRESH_FOR = timedelta(seconds=30)
#: Where it can't be read, an older one still serves for so long; after that, nothing is known.
SERVES_FOR = timedelta(hours=24)
PLANS = "plans"


class ViewNeededError(FairwellError):
    """A customer's subscriptions must be read from the billing system before this can go on."""

    def __init__(self, customer_ref: str) -> None:
        super().__init__("the billing system must be asked first")
        self.customer_ref = customer_ref


class Reader(Protocol):
    """The reading side of a billing provider."""

    def subscriptions(self, customer_ref: str) -> Sequence[Subscription]:
        """All of a customer's, ended ones too, oldest first."""
        ...

    def plans(self) -> Sequence[Plan]:
        """Every plan on sale."""
        ...


def reader(deps: Dependencies, work: UnitOfWork, *, asked: bool = False) -> Reader:
    """Reads inside `work`; `asked` says that the billing system has just been asked, with or without success.

    Reading may raise `ViewNeededError`, or `BillingUnavailableError` where it was asked in vain and nothing
    recent is known.
    """
    if isinstance(deps.billing, EmbeddedBilling):
        return deps.billing.within(work)
    return _Views(deps, work, asked)


class _Views:
    """Reads what was told last."""

    def __init__(self, deps: Dependencies, work: UnitOfWork, asked: bool) -> None:
        self._deps, self._work, self._asked = deps, work, asked

    def subscriptions(self, customer_ref: str) -> Sequence[Subscription]:
        """As they were told last, not long ago."""
        view, now = self._work.views.get(_name(customer_ref)), self._deps.clock.now()
        # Read at a time that is still to come: the clock was set back since, and nobody knows how long ago.
        fresh = view is not None and not view.stale and abs(now - view.read_at) < FRESH_FOR
        if not fresh and not self._asked:
            raise ViewNeededError(customer_ref)
        if view is None or now - view.read_at > SERVES_FOR:
            raise BillingUnavailableError("nothing is known of these subscriptions")
        return view_json.load_subscriptions(view.value)

    def plans(self) -> Sequence[Plan]:
        """As they were told last; none, where they never were."""
        view = self._work.views.get(PLANS)
        return () if view is None else view_json.load_plans(view.value)


def refresh(deps: Dependencies, customer_ref: str, seconds: float) -> Sequence[Subscription]:
    """Reads a customer's subscriptions, and the plans where they are unknown, within so many seconds each.

    Not to be called inside a transaction. Raises what the provider raises; what was known is kept then.
    """
    if not isinstance(deps.billing, RemoteBilling):
        raise TypeError("the book is read where it stands")
    with deps.store.begin() as work:
        before = work.views.get(_name(customer_ref))
    provider, asked_at = deps.billing.outside(seconds), deps.clock.now()
    read = tuple(provider.subscriptions(customer_ref))
    with deps.store.begin() as work:
        known = work.views.get(PLANS)
        _put(work, customer_ref, View(view_json.dump(read), asked_at), before)
        work.commit()
    if known is None or abs(asked_at - known.read_at) > SERVES_FOR:
        plans = tuple(provider.plans())
        with deps.store.begin() as work:
            work.views.put(PLANS, View(view_json.dump(plans), asked_at))
            work.commit()
    return read


def _put(work: UnitOfWork, customer_ref: str, read: View, before: View | None) -> None:
    """Keeps what was read. Where more became known meanwhile, nobody can tell which of the two is newer.

    Clocks can't: every machine has its own, and they jump.
    """
    work.customers.lock(customer_ref)
    current = work.views.get(_name(customer_ref))
    if current is not None and current != before:
        only_spoiled = before is not None and current.value == before.value
        read = replace(read if only_spoiled else current, stale=True)
    work.views.put(_name(customer_ref), read)


def put_one(work: UnitOfWork, changed: Subscription, asked_at: datetime) -> None:
    """Keeps what was told of one subscription, among what is known of its customer's others.

    Nothing is known of those that was not known before; its customer must be locked.
    """
    name = _name(changed.customer_ref)
    view = work.views.get(name)
    known = view_json.load_subscriptions(view.value) if view is not None else ()
    others = [changed if item.ref == changed.ref else item for item in known]
    if changed.ref not in {item.ref for item in known}:
        others.append(changed)
    # Read while this was being done: nobody knows whether before or after.
    doubtful = view is None or view.stale or view.read_at > asked_at
    read_at = asked_at if view is None else min(view.read_at, asked_at)
    work.views.put(name, View(view_json.dump(others), read_at, doubtful))


def fresh(work: UnitOfWork, customer_ref: str) -> bool:
    """Whether something is known, and nothing is known to have changed since."""
    view = work.views.get(_name(customer_ref))
    return view is not None and not view.stale


def spoil(work: UnitOfWork, customer_ref: str) -> None:
    """Something has changed at the billing system: it is asked before anything else is said."""
    work.views.spoil(_name(customer_ref))


def _name(customer_ref: str) -> str:
    return f"customer:{customer_ref}"
