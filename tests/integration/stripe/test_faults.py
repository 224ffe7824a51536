from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime

import pytest

from bot.billing.stripe.billing import StripeBilling
from bot.billing.stripe.config import StripeConfig
from bot.domain.errors import BillingRefusedError, BillingUnavailableError, ConflictError, FairwellError
from bot.domain.money import Money
from bot.domain.subscriptions import Status
from bot.ports import CancelAt
from tests.contract.racing import race
from tests.fixtures.stripe.connected import NOTHING, Connected
from tests.fixtures.stripe.stand_in import Fault

END = datetime(2026, 3, 31, 8, tzinfo=UTC)


def _effects(stripe: Connected) -> tuple[int, int]:
    """How many marks there are, and how many refunds."""
    return len(stripe.raw()["metadata"]), len(stripe.state.refunds)


def test_a_wait_that_stripe_asks_for_is_told(stripe: Connected) -> None:
    """So that the job comes back when it may."""
    stripe.server.fail(Fault("too_many", headers={"Retry-After": "17"}))
    with pytest.raises(BillingUnavailableError) as fault:
        stripe.cancel(at=END)
    assert fault.value.retry_after == 17


def test_nobody_waits_longer_than_they_were_told(stripe: Connected) -> None:
    """Late, it is over for the caller, and acts all the same: that is found."""
    held = threading.Event()
    stripe.server.fail(Fault(wait=held))
    began = time.monotonic()
    with pytest.raises(BillingUnavailableError):
        stripe.provider(0.3).cancel("sub_1", at=CancelAt(END, False, NOTHING), idempotency_key="sub_1:1")
    assert time.monotonic() - began < 5
    held.set()
    assert stripe.cancel(at=END).status is Status.CANCELLING
    assert _effects(stripe) == (1, 0)


def test_many_slow_answers_do_not_add_up(stripe: Connected) -> None:
    """The time is for the call, and not for each thing that it asks."""
    stripe.server.meanwhile = lambda _: time.sleep(0.15)
    with pytest.raises(BillingUnavailableError):
        stripe.provider(0.3).subscriptions("ada")


def test_nobody_there() -> None:
    """A port that nobody listens at."""
    config = StripeConfig("rk_test_1234567", api_url="http://127.0.0.1:1")
    billing = StripeBilling(config, _Nobody(), _Clock())
    with pytest.raises(BillingUnavailableError):
        billing.outside(2).subscriptions("ada")


class _Nobody:
    def email_of(self, customer_ref: str) -> str | None:
        return None

    def ref_of(self, email: str) -> str | None:
        return None


class _Clock:
    def now(self) -> datetime:
        return END


def test_one_key_acts_once_under_load(stripe: Connected) -> None:
    """Twelve at once with one key: one effect, one refund, and everybody is told the same."""
    provider, at = stripe.provider(20), CancelAt(stripe.clock.now(), True, Money(500, "EUR"))
    answers = race(12, lambda _: provider.cancel("sub_1", at=at, idempotency_key="sub_1:1"))
    assert len(set(answers)) == 1
    assert _effects(stripe) == (1, 1)


def test_one_of_many_keys_cancels(stripe: Connected) -> None:
    """Twelve keys at once: one cancels, the others are told that somebody was faster."""
    provider, at = stripe.provider(20), CancelAt(END, False, NOTHING)

    def cancel(number: int) -> bool:
        try:
            provider.cancel("sub_1", at=at, idempotency_key=f"key {number}")
        except ConflictError:
            return False
        return True

    assert sum(race(12, cancel)) == 1
    assert stripe.one().status is Status.CANCELLING
    assert _effects(stripe) == (1, 0)


def test_what_is_of_the_other_mode_is_refused(stripe: Connected) -> None:
    """A test key that is answered with real money, or the other way round: nothing is done."""
    stripe.raw()["livemode"] = True
    with pytest.raises(BillingRefusedError):
        stripe.provider().subscriptions("ada")
    with pytest.raises(BillingRefusedError):
        stripe.cancel(at=END)
    assert stripe.server.changes() == []


def test_no_customer_and_no_key_is_ever_logged(stripe: Connected, caplog: pytest.LogCaptureFixture) -> None:
    """Stripe's library would name addresses in what it logs at INFO."""
    with caplog.at_level(logging.INFO):
        stripe.one()
        for name in ("not_allowed", "broken", "missing"):
            stripe.server.fail(Fault(name, fits=lambda _: True))
            with pytest.raises(FairwellError) as fault:
                stripe.provider().acted("sub_1", idempotency_key="sub_1:1")
            assert fault.value.__cause__ is None
    logged = [record for record in caplog.records if record.name.startswith(("stripe", "bot"))]
    assert logged == []


def test_a_key_is_not_shown(stripe: Connected) -> None:
    """Neither it nor the webhook's secret, where settings are printed."""
    shown = repr(stripe.billing.account.config)
    assert "rk_test" not in shown
    assert "whsec" not in shown


def test_test_and_live_keys_are_told_apart() -> None:
    """By what Stripe begins them with."""
    assert StripeConfig("rk_live_1").live
    assert StripeConfig("sk_live_1").live
    assert not StripeConfig("rk_test_live_1").live
    assert not StripeConfig("live").live


def test_nothing_is_asked_without_a_limit(stripe: Connected) -> None:
    """A fault of the programmer's."""
    account = stripe.billing.account
    with pytest.raises(RuntimeError):
        account.get(account.api.subscriptions.retrieve, "sub_1")


def test_a_list_without_an_end_is_given_up(stripe: Connected, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is wrong there, nobody waits for it."""
    monkeypatch.setattr("bot.billing.stripe.account._PAGES", 1)
    for number in range(150):
        stripe.state.price(f"price_{number}")
    with pytest.raises(BillingUnavailableError):
        stripe.provider().plans()


def test_the_library_does_not_try_again_by_itself(stripe: Connected) -> None:
    """Whoever asks decides about that, and has the time that is left."""
    stripe.server.fail(Fault("locked"))
    with pytest.raises(BillingUnavailableError):
        stripe.cancel(at=END)
    assert len(stripe.server.changes()) == 1
