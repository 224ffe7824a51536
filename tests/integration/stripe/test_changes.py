from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.errors import BillingRefusedError, ConflictError
from bot.domain.subscriptions import Status
from tests.fixtures.fakes import START
from tests.fixtures.stripe.connected import Connected, connected
from tests.fixtures.stripe.stand_in import Asked

END = datetime(2026, 3, 31, 8, tzinfo=UTC)
UNTIL = START + timedelta(days=60)


def test_a_cancellation_is_taken_back(stripe: Connected) -> None:
    """It is what it was, and goes on to be charged."""
    before = stripe.one()
    stripe.cancel()
    assert stripe.provider().resume("sub_1", idempotency_key="sub_1:2") == before == stripe.one()
    stripe.clock.time = END
    assert stripe.one().status is Status.ACTIVE
    assert len(stripe.state.invoices) == 3


def test_a_date_is_taken_back(stripe: Connected) -> None:
    """The other way in which Stripe has an end."""
    stripe.cancel(at=datetime(2026, 3, 20, tzinfo=UTC))
    assert stripe.provider().resume("sub_1", idempotency_key="sub_1:2").ends_at is None
    params = stripe.server.changes()[-1].params
    assert (params["cancel_at"], params["proration_behavior"]) == ("", "none")


def test_what_staff_have_cancelled_can_be_taken_back(stripe: Connected) -> None:
    """The customer decides."""
    stripe.raw().update(cancel_at_period_end=True, cancel_at=int(END.timestamp()))
    assert stripe.provider().resume("sub_1", idempotency_key="sub_1:1").status is Status.ACTIVE


def test_nothing_to_take_back(stripe: Connected) -> None:
    """Before it was cancelled, once it has ended, and where staff were first."""
    resume = stripe.provider().resume
    with pytest.raises(ConflictError):
        resume("sub_1", idempotency_key="sub_1:1")
    stripe.cancel("sub_1:2")
    stripe.raw().update(cancel_at_period_end=False, cancel_at=None)
    with pytest.raises(ConflictError):
        resume("sub_1", idempotency_key="sub_1:3")
    stripe.cancel("sub_1:4")
    stripe.clock.time = END
    with pytest.raises(ConflictError):
        resume("sub_1", idempotency_key="sub_1:5")


def test_ended_between_reading_and_acting(stripe: Connected) -> None:
    """Undo came a moment too late: that is said, and not that something failed."""
    stripe.cancel()

    def time_passes(asked: Asked) -> None:
        if asked.method == "POST":
            stripe.state.end(stripe.state.subscriptions["sub_1"])

    stripe.server.meanwhile = time_passes
    with pytest.raises(ConflictError):
        stripe.provider().resume("sub_1", idempotency_key="sub_1:2")


def test_a_repeated_undo_finds_its_own_effect(stripe: Connected) -> None:
    """A day later as well; and does not undo a cancellation that came after it."""
    stripe.cancel()
    resumed = stripe.provider().resume("sub_1", idempotency_key="sub_1:2")
    stripe.clock.advance(hours=30)
    assert stripe.provider().resume("sub_1", idempotency_key="sub_1:2") == resumed
    stripe.cancel("sub_1:3")
    again = stripe.provider().resume("sub_1", idempotency_key="sub_1:2")
    assert again.status is Status.CANCELLING


@pytest.mark.parametrize("until", [UNTIL, None])
def test_a_pause_waives_what_would_be_charged(stripe: Connected, until: datetime | None) -> None:
    """Until then or for good; it says since when, and can be cancelled and taken back as a pause."""
    done = stripe.provider().pause("sub_1", until=until, idempotency_key="sub_1:1")
    assert (done.status, done.paused_until, done.paused_at) == (Status.PAUSED, until, START)
    assert stripe.raw()["pause_collection"]["behavior"] == "void"
    stripe.clock.time = END
    assert stripe.one().status is Status.PAUSED
    assert [item["status"] for item in stripe.state.invoices.values()] == ["paid", "paid", "void"]
    cancelled = stripe.cancel("sub_1:2")
    assert (cancelled.status, cancelled.status_before) == (Status.CANCELLING, Status.PAUSED)
    assert stripe.provider().resume("sub_1", idempotency_key="sub_1:3").status is Status.PAUSED


def test_a_pause_ends_by_itself(stripe: Connected) -> None:
    """And is charged for again from then on."""
    stripe.provider().pause("sub_1", until=UNTIL, idempotency_key="sub_1:1")
    stripe.clock.time = UNTIL
    assert (stripe.one().status, stripe.one().paused_until, stripe.one().paused_at) == (
        Status.ACTIVE,
        None,
        None,
    )


def test_a_pause_is_ended(stripe: Connected) -> None:
    """Each key once."""
    provider = stripe.provider()
    paused = provider.pause("sub_1", until=UNTIL, idempotency_key="sub_1:1")
    assert provider.pause("sub_1", until=None, idempotency_key="sub_1:1") == paused
    going_on = provider.unpause("sub_1", idempotency_key="sub_1:2")
    assert (going_on.status, going_on.paused_until) == (Status.ACTIVE, None)
    assert provider.unpause("sub_1", idempotency_key="sub_1:2") == going_on
    assert provider.pause("sub_1", until=UNTIL, idempotency_key="sub_1:1") == going_on


def test_what_can_be_neither_paused_nor_go_on(stripe: Connected) -> None:
    """Only what runs is paused, and only what is paused goes on."""
    provider = stripe.provider()
    with pytest.raises(ConflictError):
        provider.unpause("sub_1", idempotency_key="sub_1:1")
    stripe.cancel("sub_1:2")
    with pytest.raises(ConflictError):
        provider.pause("sub_1", until=UNTIL, idempotency_key="sub_1:3")
    with connected(trial_end=START + timedelta(days=4), start=START) as trial, pytest.raises(ConflictError):
        trial.provider().pause("sub_1", until=UNTIL, idempotency_key="sub_1:1")


def test_a_pause_of_stripes_own_is_for_a_person(stripe: Connected) -> None:
    """A trial that ended without a payment method: nobody can go on without one."""
    stripe.raw()["status"] = "paused"
    with pytest.raises(BillingRefusedError):
        stripe.provider().unpause("sub_1", idempotency_key="sub_1:1")


def test_a_schedule_is_released_so_that_it_cannot_revive_what_ends(stripe: Connected) -> None:
    """Stripe would refuse the end otherwise, and later phases would go on."""
    schedule = stripe.state.schedule("sub_1")
    assert stripe.cancel().status is Status.CANCELLING
    assert (schedule["status"], schedule["released_subscription"]) == ("released", "sub_1")
    assert stripe.provider().resume("sub_1", idempotency_key="sub_1:2").status is Status.ACTIVE


def test_a_schedule_goes_with_what_ends_at_once(stripe: Connected) -> None:
    """Before it could begin its next phase."""
    schedule = stripe.state.schedule("sub_1")
    assert stripe.cancel(immediately=True).status is Status.ENDED
    assert schedule["status"] == "released"


def test_a_schedule_does_not_keep_it_from_being_paused(stripe: Connected) -> None:
    """Nor from being noted; nothing is released for that."""
    schedule = stripe.state.schedule("sub_1")
    assert stripe.provider().pause("sub_1", until=None, idempotency_key="sub_1:1").status is Status.PAUSED
    assert schedule["status"] == "active"


def test_the_reason_is_written_beside_what_ends(stripe: Connected) -> None:
    """Later, again, and once it has ended; at most as long as Stripe takes."""
    note = stripe.provider().note_reason
    stripe.cancel()
    note("sub_1", feedback="too_expensive", comment="It went up twice.")
    details = stripe.raw()["cancellation_details"]
    assert (details["feedback"], details["comment"]) == ("too_expensive", "It went up twice.")
    note("sub_1", feedback="unused", comment=None)
    assert (details["feedback"], details["comment"]) == ("unused", None)
    stripe.clock.time = END
    note("sub_1", feedback=None, comment="x" * 6000)
    assert (details["feedback"], details["comment"]) == (None, "x" * 5000)
    assert details["reason"] == "cancellation_requested"


def test_a_reason_that_stripe_does_not_know_is_another_one(stripe: Connected) -> None:
    """Ours has more of them than Stripe has."""
    stripe.cancel()
    stripe.provider().note_reason("sub_1", feedback="temporary", comment=None)
    assert stripe.raw()["cancellation_details"]["feedback"] == "other"


def test_no_reason_is_written_where_nothing_ends(stripe: Connected) -> None:
    """Taken back meanwhile: there is nothing to explain."""
    stripe.provider().note_reason("sub_1", feedback="unused", comment=None)
    assert stripe.server.changes() == []


def test_plans_are_the_prices_on_sale(stripe: Connected) -> None:
    """By ref, with what they are called; none that is not sold any more."""
    stripe.state.price("price_a", "Basic", unit_amount=500, active=True)
    stripe.state.price("price_old", "Old", active=False)
    plans = stripe.provider().plans()
    assert [(plan.ref, plan.name) for plan in plans] == [("price_a", "Basic"), ("price_pro", "Pro")]
    # What they are called is known now.
    stripe.server.asked.clear()
    stripe.one()
    assert not any("/products/" in item.path for item in stripe.server.asked)


def test_long_lists_are_read_to_their_end(stripe: Connected) -> None:
    """A hundred on a page."""
    for number in range(230):
        stripe.state.price(f"price_{number:03}", "Many")
    assert len(stripe.provider().plans()) == 231


def test_another_database_has_marks_of_its_own(stripe: Connected) -> None:
    """A new one counts its operations from one again; what an older one did is not taken for its own."""
    stripe.cancel()
    stripe.provider().resume("sub_1", idempotency_key="sub_1:2")
    config = stripe.billing.account.config
    stripe.billing.account.config = type(config)(config.key, api_url=config.api_url, ledger="new")
    assert stripe.cancel("sub_1:1").status is Status.CANCELLING
