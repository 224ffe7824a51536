from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.errors import BillingUnavailableError
from bot.domain.money import Money
from bot.domain.subscriptions import Status
from bot.ports import CancelAt
from tests.fixtures.builders import ANCHOR
from tests.fixtures.fakes import START
from tests.fixtures.stripe.connected import NOTHING, Connected, connected
from tests.fixtures.stripe.stand_in import Fault

EUROS = Money(500, "EUR")


def _refunds(stripe: Connected) -> list[tuple[str, int]]:
    """What was refunded, by payment, in the order of time."""
    return [(item["payment_intent"], item["amount"]) for item in stripe.state.refunds.values()]


def _intents(stripe: Connected) -> list[str]:
    return [item["payment"]["payment_intent"] for item in stripe.state.payments.values()]


def _paid(stripe: Connected, *parts: int) -> None:
    """Has the last invoice paid in these parts; the rest of it by a balance in the customer's favour."""
    invoice = list(stripe.state.invoices)[-1]
    for payment in [key for key, item in stripe.state.payments.items() if item["invoice"] == invoice]:
        del stripe.state.payments[payment]
    for part in parts:
        stripe.state.pay(stripe.state.invoices[invoice], part)


def test_exactly_what_was_promised_is_paid_back_the_way_it_came(stripe: Connected) -> None:
    """From the last payment, with our mark and a key of its own, and said to be the customer's wish."""
    assert stripe.cancel(immediately=True, refunded=EUROS).status is Status.ENDED
    assert _refunds(stripe) == [(_intents(stripe)[-1], 500)]
    request = stripe.server.changes()[-1]
    assert request.params["reason"] == "requested_by_customer"
    assert request.params["metadata"] == {"fairwell_operation": "0:sub_1:1"}
    assert request.key is not None
    assert request.key.startswith("0:sub_1:1/refund/")


def test_what_an_end_ahead_owes_is_paid_when_it_has_come(stripe: Connected) -> None:
    """Until then it can be taken back; asked after the operation later, it pays once."""
    ends = stripe.cancel(refunded=EUROS).ends_at
    assert ends is not None
    assert stripe.provider().acted("sub_1", idempotency_key="sub_1:1")
    assert _refunds(stripe) == []
    stripe.clock.time = ends + timedelta(minutes=2)
    for _ in range(2):
        assert stripe.provider().acted("sub_1", idempotency_key="sub_1:1")
    assert [amount for _, amount in _refunds(stripe)] == [500]


def test_what_was_taken_back_pays_nothing(stripe: Connected) -> None:
    """Nobody keeps both, the plan and the money."""
    ends = stripe.cancel(refunded=EUROS).ends_at
    stripe.provider().resume("sub_1", idempotency_key="sub_1:2")
    assert ends is not None
    stripe.clock.time = ends + timedelta(minutes=2)
    assert stripe.provider().acted("sub_1", idempotency_key="sub_1:1")
    assert _refunds(stripe) == []


def test_nothing_owed_nothing_asked(stripe: Connected) -> None:
    """No call for nothing."""
    stripe.cancel(immediately=True)
    assert not any("invoice" in item.path or "refund" in item.path for item in stripe.server.asked)


def test_more_than_the_last_payment_comes_from_the_one_before(stripe: Connected) -> None:
    """A renewal in full, and a part of the period before it."""
    stripe.cancel(immediately=True, refunded=Money(1500, "EUR"))
    before, last = _intents(stripe)
    assert _refunds(stripe) == [(last, 1200), (before, 300)]


def test_a_payment_in_parts_is_paid_back_in_parts(stripe: Connected) -> None:
    """In the order in which they are listed."""
    _paid(stripe, 700, 500)
    stripe.cancel(immediately=True, refunded=Money(900, "EUR"))
    assert [amount for _, amount in _refunds(stripe)] == [700, 200]


@pytest.mark.parametrize(
    ("currency", "price", "owed", "refunded"),
    [("jpy", 1200, 433, 433), ("kwd", 12000, 5124, 5130), ("isk", 120000, 433, 43300), ("usd", 1200, 1, 1)],
)
def test_amounts_in_every_kind_of_currency(currency: str, price: int, owed: int, refunded: int) -> None:
    """Yen have no decimals; dinar have three, of which Stripe takes two; krona have two at Stripe only."""
    with connected() as stripe:
        stripe.state.price("price_other", unit_amount=price, currency=currency)
        stripe.state.subscription("sub_2", prices={"price_other": 1}, start=ANCHOR)
        at = CancelAt(START, True, Money(owed, currency.upper()))
        stripe.provider().cancel("sub_2", at=at, idempotency_key="sub_2:1")
        assert [amount for _, amount in _refunds(stripe)] == [refunded]


def test_repeating_it_pays_nothing_again(stripe: Connected) -> None:
    """The day after as well, when Stripe knows no key of it any more; asking whether it was done neither."""
    stripe.cancel(immediately=True, refunded=EUROS)
    stripe.clock.advance(days=2)
    stripe.cancel(immediately=True, refunded=Money(900, "EUR"))
    assert stripe.provider().acted("sub_1", idempotency_key="sub_1:1")
    assert [amount for _, amount in _refunds(stripe)] == [500]


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=2)])
def test_ended_and_not_yet_refunded(stripe: Connected, later: timedelta) -> None:
    """A process that died in between: whoever tries again, or only asks, has it paid back, once."""
    stripe.server.fail(Fault(drop="before", fits=lambda asked: asked.path == "/v1/refunds"))
    with pytest.raises(Exception, match="Stripe"):
        stripe.cancel(immediately=True, refunded=EUROS)
    assert _refunds(stripe) == []
    stripe.clock.time += later
    assert stripe.provider().acted("sub_1", idempotency_key="sub_1:1")
    stripe.cancel(immediately=True, refunded=EUROS)
    assert [amount for _, amount in _refunds(stripe)] == [500]


def test_some_of_the_parts_were_refunded(stripe: Connected) -> None:
    """Died between two refunds: only the second is made."""
    _paid(stripe, 700, 500)
    second = list(stripe.state.payments.values())[-1]["id"]
    stripe.server.fail(Fault("broken", fits=lambda asked: f"/refund/{second}" in (asked.key or "")))
    with pytest.raises(Exception, match="Stripe"):
        stripe.cancel(immediately=True, refunded=Money(900, "EUR"))
    stripe.cancel(immediately=True, refunded=Money(900, "EUR"))
    assert [amount for _, amount in _refunds(stripe)] == [700, 200]


def test_a_refund_that_failed_later_counts_for_nothing(stripe: Connected) -> None:
    """The bank sent it back, and the operation is tried again: it is paid anew."""
    stripe.cancel(immediately=True, refunded=EUROS)
    next(iter(stripe.state.refunds.values()))["status"] = "failed"
    stripe.clock.advance(days=2)
    stripe.cancel(immediately=True, refunded=EUROS)
    assert [item["status"] for item in stripe.state.refunds.values()] == ["failed", "succeeded"]


def test_what_a_balance_has_paid_goes_back_to_the_balance(
    stripe: Connected, caplog: pytest.LogCaptureFixture
) -> None:
    """By a credit note on that invoice, which staff see; once, and not mailed by Stripe."""
    _paid(stripe, 200)
    for _ in range(2):
        stripe.cancel(immediately=True, refunded=EUROS)
    assert [amount for _, amount in _refunds(stripe)] == [200]
    (note,) = stripe.state.credit_notes.values()
    assert (note["amount"], note["metadata"]) == (300, {"fairwell_operation": "0:sub_1:1"})
    (request,) = [item for item in stripe.server.changes() if item.path == "/v1/credit_notes"]
    assert (request.params["credit_amount"], request.params["email_type"]) == ("300", "none")
    assert "stripe_credited" in caplog.text


def test_a_payment_that_takes_no_refund_becomes_a_credit(stripe: Connected) -> None:
    """Once, also if it took one later."""
    stripe.server.routes.refundable = False
    stripe.cancel(immediately=True, refunded=EUROS)
    stripe.server.routes.refundable = True
    stripe.clock.advance(days=2)
    stripe.cancel(immediately=True, refunded=EUROS)
    assert _refunds(stripe) == []
    assert [item["amount"] for item in stripe.state.credit_notes.values()] == [500]


def test_neither_refund_nor_credit(stripe: Connected, caplog: pytest.LogCaptureFixture) -> None:
    """It has ended all the same; what is owed is for people, and is said."""
    stripe.server.routes.refundable = False
    credit = ("POST", "/v1/credit_notes")
    stripe.server.fail(*(Fault("not_refundable", fits=lambda it: (it.method, it.path) == credit),) * 2)
    assert stripe.cancel(immediately=True, refunded=EUROS).status is Status.ENDED
    assert "stripe_paid_back_less" in caplog.text


def test_an_old_fault_of_a_credit_is_looked_into_first(stripe: Connected) -> None:
    """As with refunds."""
    stripe.server.routes.refundable = False
    credit = ("POST", "/v1/credit_notes")
    stripe.server.fail(Fault("broken", acts=True, fits=lambda it: (it.method, it.path) == credit))
    with pytest.raises(BillingUnavailableError):
        stripe.cancel(immediately=True, refunded=EUROS)
    stripe.cancel(immediately=True, refunded=EUROS)
    assert [item["amount"] for item in stripe.state.credit_notes.values()] == [500]


def test_more_than_was_paid_is_never_given_back(stripe: Connected, caplog: pytest.LogCaptureFixture) -> None:
    """Staff had refunded it all by hand, so nothing is owed any more; the log says so."""
    for payment in list(stripe.state.payments.values()):
        params = {"payment_intent": payment["payment"]["payment_intent"], "amount": "1200"}
        stripe.server.routes.answer("POST", "/v1/refunds", params)
    with caplog.at_level(logging.WARNING):
        assert stripe.cancel(immediately=True, refunded=EUROS).status is Status.ENDED
    assert len(_refunds(stripe)) == 2
    assert stripe.state.credit_notes == {}
    assert "stripe_paid_back_less: subscription sub_1, missing 500" in caplog.text
    assert "ada" not in caplog.text


def test_nothing_was_ever_paid(stripe: Connected) -> None:
    """The invoices are open; there is nothing to give back."""
    for invoice in stripe.state.invoices.values():
        invoice["status"] = "open"
    assert stripe.cancel(immediately=True, refunded=EUROS).status is Status.ENDED
    assert (_refunds(stripe), stripe.state.credit_notes) == ([], {})


def test_what_was_charged_after_the_end_is_paid_back(stripe: Connected) -> None:
    """Nobody could reach Stripe until days after the end that was asked for, and it was renewed meanwhile."""
    end = stripe.one().period.end
    stripe.clock.time = end + timedelta(days=2)
    stripe.state.tick()
    done = stripe.cancel(at=end)
    assert done.status is Status.ENDED
    assert _refunds(stripe) == [(_intents(stripe)[-1], 1200)]
    stripe.clock.advance(days=40)
    stripe.cancel(at=end)
    assert len(_refunds(stripe)) == 1


def test_on_time_nothing_is_looked_for(stripe: Connected) -> None:
    """What is renewed now is charged in an hour, and not at all if it has ended by then."""
    stripe.cancel(at=START - timedelta(minutes=5), immediately=True)
    assert not any(item.path == "/v1/invoices" for item in stripe.server.asked)


def test_a_trial_costs_nothing_and_gives_nothing_back() -> None:
    """Its invoice is one of nothing."""
    with connected(start=START - timedelta(days=10), trial_end=START + timedelta(days=4)) as stripe:
        stripe.cancel(immediately=True, refunded=EUROS)
        assert _refunds(stripe) == []


def test_the_end_of_a_period_long_ago(stripe: Connected) -> None:
    """Whatever time has passed, it is the last payments that are looked at, and not all of them."""
    stripe.clock.time = datetime(2028, 3, 10, tzinfo=UTC)
    stripe.state.tick()
    stripe.cancel(immediately=True, refunded=NOTHING)
    assert stripe.one().status is Status.ENDED
