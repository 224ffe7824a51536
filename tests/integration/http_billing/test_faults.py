"""The provider and the example billing system, with everything that goes wrong between two machines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.billing.http_api.billing import HttpBilling, HttpConfig
from bot.domain.errors import BillingUnavailableError, ConflictError, FairwellError
from bot.domain.money import Money
from bot.domain.subscriptions import Status, Subscription
from bot.ports import CancelAt
from bot.system import SystemClock, SystemIds
from tests.contract.racing import race
from tests.fixtures import builders
from tests.fixtures.billing_fault_plan import PASSING, Fault, Faults
from tests.fixtures.billing_process import SECRET, BillingServer
from tests.fixtures.fakes import START

TERMS = CancelAt(START, True, Money(300, "EUR"))
#: Seconds that a customer waits here, and that what is late takes.
_SHORT, _LATE, _LONG = 0.4, 0.8, 20.0


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BillingServer]:
    """The example, as a process of its own."""
    with BillingServer(tmp_path_factory.mktemp("billing")) as server:
        yield server


@pytest.fixture
def server(running: BillingServer) -> BillingServer:
    """The same, at which `ada` has one subscription."""
    running.forget()
    running.set_time(START)
    running.put(builders.subscription())
    return running


@pytest.fixture
def billing(server: BillingServer) -> Iterator[HttpBilling]:
    """Asks it."""
    made = HttpBilling(HttpConfig(server.url, SECRET), SystemClock(), SystemIds())
    yield made
    made.close()


def end(billing: HttpBilling, ref: str = "s_1", seconds: float = _LONG) -> Subscription:
    """Ends a subscription at once, with a refund."""
    return billing.outside(seconds).cancel(ref, at=TERMS, idempotency_key=f"{ref}:1")


@pytest.mark.parametrize("fault", PASSING)
def test_after_any_fault_the_same_key_comes_to_one_effect(
    server: BillingServer, billing: HttpBilling, fault: str
) -> None:
    """Whether it had acted or not: done once, paid back once, and found again by its key."""
    server.set_faults(plan=[fault, fault], seconds=_LATE)
    try:
        end(billing, seconds=_SHORT if fault in {Fault.LATE, Fault.TOO_LATE} else _LONG)
    except (BillingUnavailableError, ConflictError):
        assert fault not in {Fault.TWICE, Fault.FORGETS}
    assert server.met()[fault] >= 1
    server.set_faults()
    assert end(billing).status is Status.ENDED
    assert billing.outside(_LONG).acted("s_1", idempotency_key="s_1:1")
    assert [(item["key"], item["refund"]["minor"]) for item in server.effects()] == [("s_1:1", 300)]


@pytest.mark.parametrize("fault", [Fault.DROPS, Fault.FAILS, Fault.TOO_MANY, Fault.CONFLICT, Fault.REFUSED])
def test_what_did_not_act_is_known_not_to_have_acted(
    server: BillingServer, billing: HttpBilling, fault: Fault
) -> None:
    """Nothing is left behind by it."""
    server.set_faults(plan=[fault, fault], retry_after=3)
    with pytest.raises(FairwellError) as caught:
        end(billing)
    if fault in {Fault.FAILS, Fault.TOO_MANY}:
        assert isinstance(caught.value, BillingUnavailableError)
        assert caught.value.retry_after == 3
    assert not billing.outside(_LONG).acted("s_1", idempotency_key="s_1:1")
    assert server.effects() == []


def test_a_key_that_is_forgotten_can_not_act_a_second_time(
    server: BillingServer, billing: HttpBilling
) -> None:
    """How the subscription stands says that it is done: a conflict, and no second refund."""
    end(billing)
    server.set_faults(plan=[Fault.FORGETS])
    with pytest.raises(ConflictError):
        end(billing)
    assert len(server.effects()) == 1


def test_one_dropped_connection_is_not_even_noticed(server: BillingServer, billing: HttpBilling) -> None:
    """It is asked again at once, whether it had acted or not."""
    server.set_faults(plan=[Fault.ACTS_AND_DROPS])
    assert end(billing).status is Status.ENDED
    assert len(server.effects()) == 1


def test_a_seed_has_the_same_faults_each_time() -> None:
    """Whatever else is asked meanwhile; another one has others, and a word that is none is a mistake."""

    def faults(seed: int) -> list[Fault | None]:
        made = Faults(seed=seed, rate=0.5)
        return [made.next("cancel", f"cancel:s_{ref}:1", count) for ref in range(9) for count in range(9)]

    assert faults(1) == faults(1) != faults(2)
    assert 20 < sum(fault is not None for fault in faults(1)) < 60
    with pytest.raises(ValueError, match="no such faults"):
        Faults.read({"plan": ["lost"]})


def test_through_all_faults_each_operation_is_done_once(server: BillingServer, billing: HttpBilling) -> None:
    """Twelve at the same time, each tried until it is done."""
    refs = [f"s_{number}" for number in range(12)]
    for ref in refs:
        server.put(builders.subscription(ref))
    server.set_faults(seed=7, rate=0.6, seconds=_LATE)

    def insist(number: int) -> bool:
        for _ in range(60):
            try:
                return end(billing, refs[number], _SHORT).status is Status.ENDED
            except (BillingUnavailableError, ConflictError):
                continue
        return False

    assert all(race(len(refs), insist))
    assert len(server.met()) > 5
    effects = server.effects()
    assert sorted(item["key"] for item in effects) == sorted(f"{ref}:1" for ref in refs)
    assert {item["refund"]["minor"] for item in effects} == {300}


def test_what_was_answered_is_kept_through_a_kill(tmp_path: Path) -> None:
    """`kill -9` in the middle of twelve cancellations; then all are tried again, with the same keys."""
    with BillingServer(tmp_path) as server:
        refs = [f"s_{number}" for number in range(12)]
        server.set_time(START)
        for ref in refs:
            server.put(builders.subscription(ref))
        billing = HttpBilling(HttpConfig(server.url, SECRET), SystemClock(), SystemIds())

        def cancel(number: int) -> bool:
            if number == len(refs):
                end(billing, refs[0])
                server.kill()
                return False
            try:
                return end(billing, refs[number]).status is Status.ENDED
            except BillingUnavailableError:
                return False

        answered = race(len(refs) + 1, cancel)
        server.start()
        server.set_time(START)
        keys = [item["key"] for item in server.effects()]
        assert {f"{refs[number]}:1" for number, done in enumerate(answered) if done} <= set(keys)
        assert "s_0:1" in keys
        for ref in refs:
            assert end(billing, ref).status is Status.ENDED
        assert sorted(item["key"] for item in server.effects()) == sorted(f"{ref}:1" for ref in refs)
        billing.close()


def test_nobody_there_is_somebody_who_may_come_back(tmp_path: Path) -> None:
    """A process that is down refuses connections; the next one answers at the same address."""
    with BillingServer(tmp_path) as server:
        server.put(builders.subscription())
        billing = HttpBilling(HttpConfig(server.url, SECRET), SystemClock(), SystemIds())
        assert len(billing.outside(_LONG).subscriptions("ada")) == 1
        server.kill()
        with pytest.raises(BillingUnavailableError):
            billing.outside(_LONG).subscriptions("ada")
        server.start()
        assert len(billing.outside(_LONG).subscriptions("ada")) == 1
        billing.close()
