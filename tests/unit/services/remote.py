"""A company whose billing is elsewhere: the tests' world, with the jobs of its outbox done by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.customers import Customer
from bot.domain.errors import BillingUnavailableError
from bot.domain.subscriptions import Plan, Status, Subscription
from bot.services import billing_away, budget, carrying_out, later
from tests.fixtures.fake_billing import FakeBilling
from tests.unit.services.world import World, subscription

HANDLERS = {
    carrying_out.CARRY_OUT: carrying_out.run,
    carrying_out.TELL_LATER: later.tell,
    billing_away.GO_ON: later.go_on,
}


@dataclass
class RemoteWorld(World):
    """Its customers hold their subscriptions at `billing`."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.billing = FakeBilling(self.clock)
        self.deps = replace(self.deps, billing=self.billing)

    def customer(self, ref: str, *plans: Plan, phone: str | None = None, **fields: object) -> Customer:
        """A customer with a subscription `REF-PLAN` to each plan, at the billing system."""
        customer = super().customer(ref, phone=phone)
        for plan in plans:
            self.billing.put(subscription(ref, plan, **fields))
        return customer

    def subscription(self, ref: str) -> Subscription:
        """As it is at the billing system."""
        return self.billing.get(ref)

    def state(self, ref: str) -> Status:
        """Where it stands there."""
        return self.billing.get(ref).status

    def work(self, minutes: float = 1) -> int:
        """Lets time pass and does what is due then, over and over; returns how many jobs failed."""
        self.clock.advance(minutes=minutes)
        failed = 0
        for _ in range(20):
            now = self.clock.now()
            with self.store.begin() as work:
                leased = [
                    job
                    for job in work.outbox.lease("test", now, now + timedelta(seconds=1), 1000)
                    if job.kind in HANDLERS
                ]
                work.commit()
            if not leased:
                break
            for job in leased:
                try:
                    HANDLERS[job.kind](self.deps, job)
                except BillingUnavailableError:
                    failed += 1
                    with self.store.begin() as work:
                        work.outbox.retry(job.id, now + timedelta(seconds=30))
                        work.commit()
                else:
                    with self.store.begin() as work:
                        work.outbox.done(job.id)
                        work.commit()
            self.clock.advance(seconds=2)
        return failed


def impatient() -> budget.Budget:
    """No time to wait for anybody."""
    return budget.Budget(0)
