from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.errors import BillingRefusedError, ConflictError, NotFoundError
from bot.domain.money import Money
from bot.domain.subscriptions import Status
from bot.ports import CancelAt
from tests.fixtures.builders import ANCHOR
from tests.fixtures.fakes import START
from tests.fixtures.stripe.connected import NOTHING, Connected, connected
from tests.fixtures.stripe.stand_in import KEPT_FOR, Asked, Fault

END = datetime(2026, 3, 31, 8, tzinfo=UTC)


def test_with_the_period_in_one_request(stripe: Connected) -> None:
    """The mark comes with the very request that acts; proration is none of Stripe's business."""
    done = stripe.cancel()
    assert (done.status, done.ends_at, done.status_before) == (Status.CANCELLING, END, Status.ACTIVE)
    (request,) = stripe.server.changes()
    assert (request.path, request.key) == ("/v1/subscriptions/sub_1", "0:sub_1:1/cancel")
    assert request.params["cancel_at_period_end"] == "true"
    assert request.params["metadata"] == {
        "fairwell_0_1": "cancel of sub_1, said 2026-03-10T09:30:00Z, for 2026-03-31T08:00:00Z"
    }
    assert stripe.one() == done
    stripe.clock.time = END
    assert (stripe.one().status, stripe.one().ends_at) == (Status.ENDED, END)
    assert len(stripe.state.invoices) == 2


@pytest.mark.parametrize("minutes", [-60, -1, 1, 60])
def test_an_end_about_that_of_the_period_is_that_of_the_period(stripe: Connected, minutes: int) -> None:
    """Where a clock change moved one of the two; a minute into the next period would be charged for."""
    assert stripe.cancel(at=END + timedelta(minutes=minutes)).ends_at == END


def test_on_a_day_within_the_period(stripe: Connected) -> None:
    """Stripe is told not to credit anything."""
    at = datetime(2026, 3, 20, 23, tzinfo=UTC)
    assert stripe.cancel(at=at).ends_at == at
    (request,) = stripe.server.changes()
    assert request.params["proration_behavior"] == "none"
    assert request.params["cancel_at"] == str(int(at.timestamp()))


def test_with_a_period_that_is_to_come(stripe: Connected) -> None:
    """It is renewed until then, and not once more; an hour of a clock change apart."""
    later = datetime(2026, 5, 31, 8, tzinfo=UTC)
    assert stripe.cancel(at=later - timedelta(hours=1)).ends_at == later
    stripe.clock.time = later
    assert stripe.one().status is Status.ENDED
    assert [item["total"] for item in stripe.state.invoices.values()] == [1200] * 4


def test_on_a_day_of_a_period_that_is_to_come(stripe: Connected) -> None:
    """Stripe charges for the days until then only: nothing is to be paid back."""
    at = datetime(2026, 4, 15, 8, tzinfo=UTC)
    stripe.cancel(at=at, refunded=Money(600, "EUR"))
    stripe.clock.time = at
    assert stripe.one().status is Status.ENDED
    assert [item["total"] for item in stripe.state.invoices.values()] == [1200, 1200, 600]
    assert stripe.state.refunds == {}


def test_at_once(stripe: Connected) -> None:
    """Marked, then ended; neither prorated nor billed once more by Stripe."""
    done = stripe.cancel(immediately=True)
    assert (done.status, done.ends_at) == (Status.ENDED, START)
    mark, end = stripe.server.changes()
    assert mark.params["metadata"]["fairwell_0_1"].startswith("end of sub_1, said")
    assert (end.method, end.params["prorate"], end.params["invoice_now"]) == ("DELETE", "false", "false")


def test_a_trial_ends_with_the_trial() -> None:
    """Nothing is ever charged."""
    until = START + timedelta(days=4)
    with connected(start=START - timedelta(days=10), trial_end=until) as stripe:
        done = stripe.cancel()
        assert (done.status, done.ends_at, done.status_before) == (Status.CANCELLING, until, Status.TRIAL)
        stripe.clock.time = until
        assert stripe.one().status is Status.ENDED
        assert [item["total"] for item in stripe.state.invoices.values()] == [0]


def test_what_was_never_paid_ends_at_once(stripe: Connected) -> None:
    """An incomplete subscription takes no date."""
    stripe.raw()["status"] = "incomplete"
    assert stripe.cancel().status is Status.ENDED


@pytest.mark.parametrize("status", ["past_due", "unpaid", "paused"])
def test_what_is_not_paid_can_be_cancelled(stripe: Connected, status: str) -> None:
    """A debt is no reason to keep anybody."""
    stripe.raw()["status"] = status
    assert stripe.cancel().status is Status.CANCELLING


def test_a_key_acts_once_for_ever(stripe: Connected) -> None:
    """Also when Stripe has long forgotten it, and whatever else the call says."""
    done = stripe.cancel()
    stripe.clock.advance(hours=KEPT_FOR.total_seconds() / 3600 + 1)
    assert stripe.cancel(immediately=True) == done
    assert stripe.provider().resume("sub_1", idempotency_key="sub_1:1") == done
    assert len(stripe.server.changes()) == 1


def test_a_late_repetition_does_not_bring_an_old_state_back(stripe: Connected) -> None:
    """Cancel, undo, and the cancellation once more: it stays undone."""
    stripe.cancel()
    stripe.provider().resume("sub_1", idempotency_key="sub_1:2")
    stripe.clock.advance(days=3)
    assert stripe.cancel().status is Status.ACTIVE
    assert stripe.one().ends_at is None


def test_cancel_undo_cancel(stripe: Connected) -> None:
    """Each has a key of its own, and a mark."""
    stripe.cancel()
    stripe.provider().resume("sub_1", idempotency_key="sub_1:2")
    assert stripe.cancel("sub_1:3").status is Status.CANCELLING
    assert set(stripe.raw()["metadata"]) == {"fairwell_0_1", "fairwell_0_2", "fairwell_0_3"}


def test_metadata_of_the_companys_own_is_kept(stripe: Connected) -> None:
    """We only add to it."""
    stripe.raw()["metadata"]["plan_code"] = "P1"
    stripe.cancel()
    assert stripe.raw()["metadata"]["plan_code"] == "P1"


def test_a_mark_that_was_copied_from_another_subscription_is_none(stripe: Connected) -> None:
    """Companies copy metadata when somebody comes back."""
    stripe.cancel()
    copied = dict(stripe.raw()["metadata"])
    stripe.state.subscription("sub_2", start=ANCHOR, metadata=copied)
    at = CancelAt(END, False, NOTHING)
    assert stripe.provider().cancel("sub_2", at=at, idempotency_key="sub_2:1").status is Status.CANCELLING


def test_another_key_after_a_cancellation_is_a_conflict(stripe: Connected) -> None:
    """While it runs out, and once it has ended."""
    stripe.cancel()
    with pytest.raises(ConflictError):
        stripe.cancel("sub_1:2")
    stripe.clock.time = END
    with pytest.raises(ConflictError):
        stripe.cancel("sub_1:3", at=END + timedelta(days=30))


def test_staff_who_cancelled_first_are_a_conflict(stripe: Connected) -> None:
    """In Stripe's Dashboard, before we have asked."""
    stripe.raw().update(cancel_at_period_end=True, cancel_at=int(END.timestamp()))
    with pytest.raises(ConflictError):
        stripe.cancel()
    assert stripe.server.changes() == []


def test_staff_who_cancel_at_the_same_moment_are_a_conflict(stripe: Connected) -> None:
    """Between our reading and our acting it was ended in the Dashboard, and Stripe refuses."""
    at = stripe.one().period.end

    def staff(asked: Asked) -> None:
        if asked.method == "POST":
            stripe.state.end(stripe.state.subscriptions["sub_1"])

    stripe.server.meanwhile = staff
    with pytest.raises(ConflictError):
        stripe.cancel(at=at)


def test_staff_who_end_it_while_we_do_are_no_trouble(stripe: Connected) -> None:
    """It was marked by then, and has ended: that is what was wanted."""

    def staff(asked: Asked) -> None:
        if asked.method == "DELETE":
            stripe.state.end(stripe.state.subscriptions["sub_1"])

    stripe.server.meanwhile = staff
    assert stripe.cancel(immediately=True).status is Status.ENDED


def test_staff_who_end_it_as_it_is_marked_are_no_trouble_either(stripe: Connected) -> None:
    """What has ended takes metadata, so the mark is there, and there is nothing left to end."""

    def staff(asked: Asked) -> None:
        if asked.method == "POST":
            stripe.state.end(stripe.state.subscriptions["sub_1"])

    stripe.server.meanwhile = staff
    assert stripe.cancel(immediately=True).status is Status.ENDED
    assert [item.method for item in stripe.server.changes()] == ["POST"]


def test_an_end_that_is_refused_is_refused(stripe: Connected) -> None:
    """It runs on, and a person sees to it."""
    stripe.server.fail(Fault("unknown_parameter", fits=lambda asked: asked.method == "DELETE"))
    with pytest.raises(BillingRefusedError):
        stripe.cancel(immediately=True)
    assert stripe.one().status is Status.ACTIVE


def test_staff_who_took_it_back_are_not_overruled(stripe: Connected) -> None:
    """Repeating our old cancellation tells what they did."""
    stripe.cancel()
    stripe.raw().update(cancel_at_period_end=False, cancel_at=None)
    assert stripe.cancel().status is Status.ACTIVE


def test_renewed_between_reading_and_acting(stripe: Connected) -> None:
    """The end it was to have is over by then: it ends now, and not a month later."""
    stripe.clock.time = END - timedelta(seconds=1)
    at = stripe.one().period.end

    def time_passes(asked: Asked) -> None:
        if asked.method == "POST":
            stripe.clock.time = max(stripe.clock.time, END + timedelta(seconds=1))
            stripe.state.tick()

    stripe.server.meanwhile = time_passes
    assert stripe.cancel(at=at).status is Status.ENDED


def test_what_is_refused_is_refused(stripe: Connected) -> None:
    """It never will be; here for metadata that is full."""
    stripe.raw()["metadata"] = {f"key_{number}": "x" for number in range(50)}
    with pytest.raises(BillingRefusedError):
        stripe.cancel()


@pytest.mark.parametrize("ref", ["sub_0", "", "..", "sub_1/../sub_2", "sub_1?x=y", "sub 1", "x" * 300])
def test_an_unknown_subscription_is_not_found(stripe: Connected, ref: str) -> None:
    """Nor what can be no id; nothing of it gets into an address."""
    provider = stripe.provider()
    with pytest.raises(NotFoundError):
        provider.cancel(ref, at=CancelAt(END, False, NOTHING), idempotency_key="k")
    with pytest.raises(NotFoundError):
        provider.acted(ref, idempotency_key="k")
    assert {item.path for item in stripe.server.asked} <= {f"/v1/subscriptions/{ref}"}
