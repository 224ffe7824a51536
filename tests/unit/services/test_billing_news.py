from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.domain.customers import Customer
from bot.domain.errors import BillingRefusedError, BillingUnavailableError
from bot.domain.outbox import Job
from bot.domain.subscriptions import Status, Subscription
from bot.ports import BillingNews
from bot.services import billing_news, views
from tests.fixtures.fake_billing import FakeBilling
from tests.unit.services.remote import RemoteWorld
from tests.unit.services.script import PRO

NEWS = BillingNews("evt_1", ("ada",))


@pytest.fixture
def world() -> RemoteWorld:
    """Ada has one plan at a billing system elsewhere, and that has been read."""
    made = RemoteWorld()
    made.customer("ada", PRO)
    views.refresh(made.deps, "ada", 5)
    return made


def _jobs(world: RemoteWorld) -> list[Job]:
    now = world.clock.now()
    with world.store.begin() as work:
        return [job for job in work.outbox.lease("test", now, now, 100) if job.kind == billing_news.VIEW]


def _known(world: RemoteWorld) -> Status:
    with world.store.begin() as work:
        (found,) = views.reader(world.deps, work, asked=True).subscriptions("ada")
        return found.status


def _fresh(world: RemoteWorld) -> bool:
    with world.store.begin() as work:
        return views.fresh(work, "ada")


def _customer(world: RemoteWorld, ref: str) -> Customer | None:
    with world.store.begin() as work:
        return work.customers.get(ref)


def _take_over(world: RemoteWorld, customer: Customer) -> bool:
    with world.store.begin() as work:
        taken = billing_news.take_over(work, customer)
        work.commit()
        return taken


def test_what_staff_did_is_known_once_it_is_heard(world: RemoteWorld) -> None:
    """It is read from the billing system: the news itself says nothing but who."""
    before = world.billing.get("ada-pro")
    world.billing.put(replace(before, status=Status.ENDED, ends_at=world.clock.now()))
    assert _known(world) is Status.ACTIVE
    billing_news.accept(world.deps, NEWS)
    assert not _fresh(world)
    (job,) = _jobs(world)
    billing_news.look(world.deps, job)
    assert _known(world) is Status.ENDED
    assert _fresh(world)


def test_the_same_news_again_is_no_news(world: RemoteWorld) -> None:
    """One job for each event and customer, for ever; nothing is asked for again."""
    billing_news.accept(world.deps, NEWS)
    (job,) = _jobs(world)
    billing_news.look(world.deps, job)
    with world.store.begin() as work:
        work.outbox.done(job.id)
        work.commit()
    billing_news.accept(world.deps, NEWS)
    assert _jobs(world) == []
    assert _fresh(world)


def test_many_news_at_once_are_read_once(world: RemoteWorld) -> None:
    """A purchase sends eight events; what was read after the last of them came is true for all."""
    for number in range(8):
        billing_news.accept(world.deps, BillingNews(f"evt_{number}", ("ada",)))
    jobs = _jobs(world)
    assert len(jobs) == 8
    asked: list[str] = []

    class Counted(FakeBilling):
        def subscriptions(self, customer_ref: str) -> Sequence[Subscription]:
            asked.append(customer_ref)
            return super().subscriptions(customer_ref)

    world.billing.__class__ = Counted
    for job in jobs:
        billing_news.look(world.deps, job)
    assert asked == ["ada"]


def test_a_billing_system_that_is_away_is_asked_again_later(world: RemoteWorld) -> None:
    """The job is repeated; what is known stays marked as old until then."""
    billing_news.accept(world.deps, NEWS)
    (job,) = _jobs(world)
    world.billing.away = True
    with pytest.raises(BillingUnavailableError):
        billing_news.look(world.deps, job)
    assert not _fresh(world)


def test_a_billing_system_that_refuses_is_not_asked_for_ever(world: RemoteWorld) -> None:
    """Whoever needs it asks anew, and is told what is wrong."""

    def refuse(_: str) -> list[object]:
        raise BillingRefusedError("no")

    billing_news.accept(world.deps, NEWS)
    (job,) = _jobs(world)
    world.billing.subscriptions = refuse  # type: ignore[method-assign,assignment]
    billing_news.look(world.deps, job)
    assert not _fresh(world)


def test_news_of_people_we_do_not_know_is_let_pass(world: RemoteWorld) -> None:
    """Nobody could ask about them."""
    billing_news.accept(world.deps, BillingNews("evt_1", ("nobody", "cus_x")))
    assert _jobs(world) == []


def test_a_new_customer_is_there_from_then_on(world: RemoteWorld) -> None:
    """With a normalised address, and with what they hold."""
    bob = Customer("bob", "Bob", "Bob@Example.com", "de", country="AT")
    billing_news.accept(world.deps, BillingNews("evt_1", ("bob",), (bob,)))
    assert _customer(world, "bob") == replace(bob, email="bob@example.com")
    assert [job.payload["customer"] for job in _jobs(world)] == ["bob"]


def test_a_known_customer_keeps_what_only_we_know(world: RemoteWorld) -> None:
    """The language they speak with us, a number that the company has verified, a country that is not told."""
    with world.store.begin() as work:
        work.customers.put(Customer("ada", "Ada", "ada@example.com", "de", "+493012345", "DE"))
        work.commit()
    assert _take_over(world, Customer("ada", "Ada Berg", "berg@example.com", "en", "+49999999"))
    assert _customer(world, "ada") == Customer(
        "ada", "Ada Berg", "berg@example.com", "de", "+493012345", "DE"
    )


def test_an_address_that_somebody_has_is_not_given_to_another(world: RemoteWorld) -> None:
    """Neither to a new customer, nor to one who changes to it: a code sent there would not say who asks."""
    assert not _take_over(world, Customer("mallory", "M", "ADA@example.com"))
    assert _customer(world, "mallory") is None
    world.customer("bob")
    assert not _take_over(world, Customer("bob", "Bob", "ada@example.com"))
    kept = _customer(world, "bob")
    assert kept is not None
    assert kept.email == "bob@example.com"


def test_taking_over_what_is_there_changes_nothing(world: RemoteWorld) -> None:
    """And is no fault."""
    before = _customer(world, "ada")
    assert before is not None
    assert _take_over(world, before)
    assert _customer(world, "ada") == before
