from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.errors import BillingUnavailableError
from bot.domain.money import Money
from bot.domain.subscriptions import Status
from tests.fixtures.stripe.connected import Connected, connected
from tests.fixtures.stripe.stand_in import KEPT_FOR, Fault

END = datetime(2026, 3, 31, 8, tzinfo=UTC)
#: The calls that change something, each with a key of its own.
CHANGES: dict[str, Callable[[Connected], object]] = {
    "cancel": lambda it: it.cancel("k", at=END, refunded=Money(300, "EUR")),
    "end": lambda it: it.cancel("k", immediately=True, refunded=Money(500, "EUR")),
    "resume": lambda it: it.provider().resume("sub_1", idempotency_key="k"),
    "pause": lambda it: it.provider().pause("sub_1", until=END, idempotency_key="k"),
    "unpause": lambda it: it.provider().unpause("sub_1", idempotency_key="k"),
}
FAULTS: dict[str, Callable[[], Fault]] = {
    "429": lambda: Fault("too_many"),
    "500": lambda: Fault("broken"),
    "409": lambda: Fault("locked"),
    "500, kept by Stripe": lambda: Fault("broken", acts=True),
    "dropped before it acted": lambda: Fault(drop="before"),
    "dropped after it acted": lambda: Fault(drop="after"),
}
#: Those that leave something behind, so that the next day is another matter.
_REMEMBERED = ("500, kept by Stripe", "dropped after it acted")


@contextmanager
def _ready(change: str) -> Iterator[Connected]:
    """A world in which this call can be made; a schedule is in the way of an end."""
    with connected() as stripe:
        if change == "resume":
            stripe.cancel("before", at=END)
        if change == "unpause":
            stripe.provider().pause("sub_1", until=None, idempotency_key="before")
        if change in {"cancel", "end"}:
            stripe.state.schedule("sub_1")
        stripe.server.asked.clear()
        yield stripe


def _effects(stripe: Connected) -> tuple[list[str], list[int], str, object, object]:
    raw = stripe.raw()
    refunds = [item["amount"] for item in stripe.state.refunds.values()]
    return sorted(raw["metadata"]), refunds, raw["status"], raw["cancel_at"], raw["pause_collection"]


@pytest.mark.parametrize("later", [timedelta(0), KEPT_FOR + timedelta(hours=1)], ids=["soon", "next day"])
@pytest.mark.parametrize("change", CHANGES)
def test_whatever_step_fails_the_same_call_again_ends_in_the_one_effect(
    change: str, later: timedelta
) -> None:
    """Each request of each call fails in each way; then the process is another one, now or the next day."""
    with _ready(change) as clean:
        done = CHANGES[change](clean)
        steps, wanted = len(clean.server.asked), _effects(clean)
    names = FAULTS if not later else _REMEMBERED
    for name, fault in ((name, FAULTS[name]) for name in names):
        for step in range(steps):
            with _ready(change) as stripe:
                _fail_at(stripe, step, fault())
                with pytest.raises(BillingUnavailableError):
                    CHANGES[change](stripe)
                if change == "cancel":
                    # What ends soon is over the next day, and so are its clocks.
                    assert stripe.clock.now() + later < END
                stripe.clock.time += later if change != "end" else timedelta(0)
                again = CHANGES[change](stripe)
                assert _effects(stripe) == wanted, f"{name} at step {step}"
                assert again == done or change == "pause"
                assert CHANGES[change](stripe) == again


def _fail_at(stripe: Connected, step: int, fault: Fault) -> None:
    count = iter(range(1000))
    fault.fits = lambda _: next(count) == step
    stripe.server.fail(fault)


@pytest.mark.parametrize("later", [timedelta(minutes=1), KEPT_FOR + timedelta(hours=1)])
def test_it_acted_and_the_answer_was_lost(later: timedelta) -> None:
    """Found by its mark; a day later as well, when Stripe has forgotten the key."""
    with connected() as stripe:
        stripe.server.fail(Fault(drop="after"))
        with pytest.raises(BillingUnavailableError):
            stripe.cancel(at=END)
        stripe.clock.time += later
        assert stripe.provider().acted("sub_1", idempotency_key="sub_1:1")
        assert stripe.cancel(at=END).status is Status.CANCELLING
        assert len(stripe.server.changes()) == 1


def test_it_never_arrived() -> None:
    """Whoever asks is told so, and may forget about it."""
    with connected() as stripe:
        stripe.server.fail(Fault(drop="before"))
        with pytest.raises(BillingUnavailableError):
            stripe.cancel(at=END)
        assert not stripe.provider().acted("sub_1", idempotency_key="sub_1:1")


def test_marked_to_end_at_once_and_not_ended() -> None:
    """Died between mark and end: it has not acted, and the same call goes on with the end."""
    with connected() as stripe:
        stripe.server.fail(Fault(drop="before", fits=lambda asked: asked.method == "DELETE"))
        with pytest.raises(BillingUnavailableError):
            stripe.cancel(immediately=True)
        assert not stripe.provider().acted("sub_1", idempotency_key="sub_1:1")
        assert stripe.one().status is Status.ACTIVE
        assert stripe.cancel(immediately=True).status is Status.ENDED
        assert stripe.provider().acted("sub_1", idempotency_key="sub_1:1")


def test_an_old_fault_that_stripe_repeats_is_not_believed() -> None:
    """Stripe keeps a 500 for a day: asked under another key, the same one for all who are at it."""
    with connected() as stripe:
        stripe.server.fail(Fault("broken", acts=True))
        with pytest.raises(BillingUnavailableError):
            stripe.cancel(at=END)
        assert stripe.cancel(at=END).status is Status.CANCELLING
        keys = [item.key for item in stripe.server.changes()]
        assert keys == ["0:sub_1:1/cancel", "0:sub_1:1/cancel", "0:sub_1:1/cancel/2"]


def test_an_old_fault_of_a_refund_is_looked_into_first() -> None:
    """It was paid meanwhile, by somebody who was slower: nothing is paid twice."""
    with connected() as stripe:
        stripe.server.fail(
            Fault("broken", acts=True, fits=lambda it: (it.method, it.path) == ("POST", "/v1/refunds"))
        )
        with pytest.raises(BillingUnavailableError):
            stripe.cancel(immediately=True, refunded=Money(500, "EUR"))
        intent = list(stripe.state.payments.values())[-1]["payment"]["payment_intent"]
        slower = {"payment_intent": intent, "amount": "500", "metadata": {"fairwell_operation": "0:sub_1:1"}}
        # After it was read what has been refunded, and before Stripe repeats the old answer.
        stripe.server.replayed = lambda _: stripe.server.routes.answer("POST", "/v1/refunds", slower)
        with pytest.raises(BillingUnavailableError, match="meanwhile"):
            stripe.cancel(immediately=True, refunded=Money(500, "EUR"))
        stripe.cancel(immediately=True, refunded=Money(500, "EUR"))
        assert [item["amount"] for item in stripe.state.refunds.values()] == [500]


def test_faults_that_are_repeated_for_ever_come_to_an_end() -> None:
    """Five keys for one call, and it is left for later."""
    with connected() as stripe:
        for _ in range(6):
            stripe.server.fail(Fault("broken", acts=True))
        with pytest.raises(BillingUnavailableError):
            stripe.cancel(at=END)
        for _ in range(5):
            with pytest.raises(BillingUnavailableError):
                stripe.cancel(at=END)
        assert stripe.cancel(at=END).status is Status.CANCELLING
