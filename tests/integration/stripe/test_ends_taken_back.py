"""What is owed for an end that staff have changed in Stripe, where no mark of ours tells of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.billing.stripe.acting import Acting
from bot.domain.errors import BillingUnavailableError
from bot.domain.money import Money
from bot.domain.subscriptions import Status
from tests.fixtures.fakes import START
from tests.fixtures.stripe.connected import SECONDS, Connected

EUROS = Money(500, "EUR")
#: An end at once that can be undone for an hour.
UNDOABLE_UNTIL = START + timedelta(hours=1)
KEY = "sub_1:1"


def _acted(stripe: Connected, now: datetime) -> bool:
    """Asks after the operation by a clock of ours that is ahead of Stripe's."""
    account = stripe.billing.account
    with account.within(SECONDS):
        acting = Acting(account, "sub_1", KEY, now)
        return acting.acted(acting.found())


def _amounts(stripe: Connected) -> list[int]:
    return [item["amount"] for item in stripe.state.refunds.values()]


def test_what_staff_took_back_pays_nothing(stripe: Connected) -> None:
    """The plan goes on, so nothing is paid back: not when the end would have come, nor when asked again."""
    stripe.cancel(at=UNDOABLE_UNTIL, refunded=EUROS)
    stripe.raw().update(cancel_at_period_end=False, cancel_at=None)
    stripe.clock.time = UNDOABLE_UNTIL + timedelta(minutes=2)
    assert stripe.provider().acted("sub_1", idempotency_key=KEY)
    assert stripe.cancel(at=UNDOABLE_UNTIL, refunded=EUROS).status is Status.ACTIVE
    assert _amounts(stripe) == []


def test_what_staff_moved_to_a_later_end_pays_nothing(stripe: Connected) -> None:
    """The end that the money was told for never came: it was used until the other one."""
    stripe.cancel(at=UNDOABLE_UNTIL, refunded=EUROS)
    end = stripe.one().period.end
    stripe.raw().update(cancel_at_period_end=True, cancel_at=int(end.timestamp()))
    stripe.clock.time = UNDOABLE_UNTIL + timedelta(minutes=2)
    assert stripe.provider().acted("sub_1", idempotency_key=KEY)
    assert _amounts(stripe) == []


def test_where_stripe_is_late_it_is_asked_again(stripe: Connected) -> None:
    """The end has come by our clock and is still ahead at Stripe: nothing is paid before it has ended."""
    stripe.cancel(at=UNDOABLE_UNTIL, refunded=EUROS)
    with pytest.raises(BillingUnavailableError):
        _acted(stripe, UNDOABLE_UNTIL + timedelta(minutes=2))
    assert _amounts(stripe) == []
    stripe.clock.time = UNDOABLE_UNTIL + timedelta(minutes=3)
    assert stripe.provider().acted("sub_1", idempotency_key=KEY)
    assert _amounts(stripe) == [500]


def test_a_late_end_that_owes_nothing_waits_for_nothing(stripe: Connected) -> None:
    """It was arranged, and that is all there is to know."""
    stripe.cancel(at=UNDOABLE_UNTIL)
    assert _acted(stripe, UNDOABLE_UNTIL + timedelta(minutes=2))
