"""Ends of plans that Stripe counts from the end of a trial, though the contract is older."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.subscriptions import Status
from tests.fixtures.stripe.connected import connected

BEGAN, TRIAL_END = datetime(2026, 1, 17, 8, tzinfo=UTC), datetime(2026, 1, 31, 8, tzinfo=UTC)


def test_an_end_with_a_period_to_come_is_a_renewal_of_stripes() -> None:
    """It is renewed on the last of each month, so that is where it ends: no period is charged in part."""
    later = datetime(2026, 5, 31, 8, tzinfo=UTC)
    with connected(start=BEGAN, trial_end=TRIAL_END) as stripe:
        assert stripe.one().anchor == BEGAN
        assert stripe.cancel(at=later - timedelta(hours=1)).ends_at == later
        stripe.clock.time = later
        assert stripe.one().status is Status.ENDED
        assert [item["total"] for item in stripe.state.invoices.values()] == [0, 1200, 1200, 1200, 1200]
