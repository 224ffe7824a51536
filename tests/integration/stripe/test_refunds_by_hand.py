"""What staff have refunded by hand counts as paid back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.money import Money
from bot.domain.subscriptions import Status
from bot.ports import CancelAt
from tests.fixtures.fakes import START
from tests.fixtures.stripe.connected import Connected
from tests.fixtures.stripe.stand_in import Fault

EUROS = Money(500, "EUR")
FEBRUARY, MARCH = 0, 1


def _by_hand(stripe: Connected, amount: int, which: int = MARCH) -> None:
    """Staff refund a part of a payment, the oldest of which is the first."""
    payment = list(stripe.state.payments.values())[which]
    params = {"payment_intent": payment["payment"]["payment_intent"], "amount": str(amount)}
    assert stripe.server.routes.answer("POST", "/v1/refunds", params)[0] == 200


def _ours(stripe: Connected) -> list[tuple[int, int]]:
    """What we have refunded: of which payment, and how much."""
    intents = [item["payment"]["payment_intent"] for item in stripe.state.payments.values()]
    return [
        (intents.index(item["payment_intent"]), item["amount"])
        for item in stripe.state.refunds.values()
        if item["metadata"]
    ]


def test_a_used_period_pays_for_no_refund_by_hand(
    stripe: Connected, caplog: pytest.LogCaptureFixture
) -> None:
    """March was refunded by hand and nobody knew of it yet: February was used, and is not given for it."""
    _by_hand(stripe, 1200)
    stripe.cancel(immediately=True, refunded=EUROS)
    assert _ours(stripe) == []
    assert stripe.state.credit_notes == {}
    assert "stripe_paid_back_less: subscription sub_1, missing 500" in caplog.text


@pytest.mark.parametrize(("by_hand", "ours"), [(200, [(MARCH, 300)]), (500, []), (1200, [])])
def test_a_refund_by_hand_before_the_end_has_come(
    stripe: Connected, by_hand: int, ours: list[tuple[int, int]], caplog: pytest.LogCaptureFixture
) -> None:
    """Made after the customer was told: the rest is paid when the end comes, once, and nothing is short."""
    end = START + timedelta(hours=1)
    stripe.cancel(at=end, refunded=EUROS)
    stripe.clock.advance(minutes=30)
    _by_hand(stripe, by_hand)
    stripe.clock.time = end + timedelta(minutes=2)
    for _ in range(2):
        assert stripe.provider().acted("sub_1", idempotency_key="sub_1:1")
    assert _ours(stripe) == ours
    assert "stripe_paid_back_less" not in caplog.text


def test_what_the_quote_has_seen_is_not_counted_twice(stripe: Connected) -> None:
    """A gift of last week's made March cost 10: of these the customer was told 5, and gets them."""
    _by_hand(stripe, 200)
    stripe.clock.advance(days=7)
    assert stripe.one().paid == Money(1000, "EUR")
    stripe.cancel(immediately=True, refunded=EUROS)
    assert _ours(stripe) == [(MARCH, 500)]


def test_what_was_refunded_by_hand_was_not_paid(stripe: Connected) -> None:
    """So nothing of it is quoted, neither by what is read nor by what a change answers."""
    _by_hand(stripe, 1200)
    assert stripe.one().paid == Money(0, "EUR")
    assert stripe.cancel().paid == Money(0, "EUR")
    assert stripe.provider().resume("sub_1", idempotency_key="sub_1:2").paid == Money(0, "EUR")


def test_a_credit_note_that_refunds_counts_once(stripe: Connected) -> None:
    """A credit note of 5, of which 3 were refunded: 5 are back, and not 8."""
    _by_hand(stripe, 300)
    (invoice,) = [
        item for item in stripe.state.invoices.values() if item["id"] == stripe.raw()["latest_invoice"]
    ]
    stripe.server.routes.answer("POST", "/v1/credit_notes", {"invoice": invoice["id"], "amount": "500"})
    (note,) = stripe.state.credit_notes.values()
    note["refunds"] = [{"refund": "re_1", "amount_refunded": 300}]
    assert stripe.one().paid == Money(700, "EUR")


def test_everything_comes_back_though_the_last_was_by_hand(stripe: Connected) -> None:
    """A withdrawal gives all back: March came by hand, so all that was told is the whole of February."""
    _by_hand(stripe, 1200)
    stripe.clock.advance(days=1)
    stripe.cancel(immediately=True, refunded=Money(1200, "EUR"))
    assert _ours(stripe) == [(FEBRUARY, 1200)]


def test_a_renewal_too_many_that_staff_have_refunded(stripe: Connected) -> None:
    """Nobody could reach Stripe until it was renewed: what staff gave back of that is not given again."""
    end = stripe.one().period.end
    stripe.clock.time = end + timedelta(days=2)
    stripe.state.tick()
    _by_hand(stripe, 1200, which=-1)
    assert stripe.cancel(at=end).status is Status.ENDED
    assert _ours(stripe) == []


def test_a_renewal_too_many_that_staff_have_refunded_in_part(stripe: Connected) -> None:
    """The rest of it, and what was told of the period before, are paid back."""
    end = stripe.one().period.end
    stripe.clock.time = end + timedelta(days=2)
    stripe.state.tick()
    _by_hand(stripe, 700, which=-1)
    stripe.cancel(at=end, refunded=Money(300, "EUR"))
    assert _ours(stripe) == [(2, 500), (MARCH, 300)]


def test_repeated_after_a_fault_and_a_refund_by_hand(stripe: Connected) -> None:
    """Our own refund is found again and counts as ours; with it and theirs there is nothing left to pay."""
    lost = Fault(drop="after", fits=lambda it: (it.method, it.path) == ("POST", "/v1/refunds"))
    stripe.server.fail(lost)
    at = CancelAt(START, True, EUROS)
    with pytest.raises(Exception, match="Stripe"):
        stripe.provider().cancel("sub_1", at=at, idempotency_key="sub_1:1")
    stripe.clock.advance(hours=30)
    _by_hand(stripe, 700)
    stripe.provider().cancel("sub_1", at=at, idempotency_key="sub_1:1")
    assert _ours(stripe) == [(MARCH, 500)]


def test_what_staff_have_credited_is_not_refunded_as_well(stripe: Connected) -> None:
    """The payment is free to be refunded still; it is the invoice that says how much was given back."""
    params = {"invoice": stripe.raw()["latest_invoice"], "amount": "900"}
    stripe.server.routes.answer("POST", "/v1/credit_notes", params)
    stripe.clock.advance(days=1)
    stripe.cancel(immediately=True, refunded=EUROS)
    assert _ours(stripe) == [(MARCH, 300)]
