"""What is made of an answer's body, whoever wrote it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from bot.billing.http_api import reading
from bot.billing.http_api.told import OddError, Told
from bot.domain.errors import BillingUnavailableError
from bot.domain.periods import Period
from bot.domain.subscriptions import Status, Subscription
from tests.fixtures.billing_process import subscription_json
from tests.fixtures.builders import PRO, subscription
from tests.unit.billing.http_api.scripted import WHOLE, Json, answer, scripted, with_at


def test_what_need_not_be_told_may_be_left_out() -> None:
    """Six fields are enough, three of them of the plan's beside its name."""
    plan = {"id": "pro", "name": "Pro", "price": {"minor": 1200, "currency": "EUR"}, "interval": "month"}
    period = {"start": "2026-02-28T09:00:00+01:00", "end": "2026-03-31T09:00:00+02:00"}
    told = {
        "id": "s_1",
        "customer": "ada",
        "plan": plan,
        "status": "active",
        "started": "2026-01-31T09:00:00+01:00",
        "period": period,
    }
    read = reading.subscription(Told(told))
    expected = Period(datetime(2026, 2, 28, 8, tzinfo=UTC), datetime(2026, 3, 31, 7, tzinfo=UTC))
    assert read == Subscription(
        "s_1", "ada", PRO, Status.ACTIVE, datetime(2026, 1, 31, 8, tzinfo=UTC), expected
    )


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        (("status",), "cancelled", "status takes one of"),
        (("status",), True, "status takes one of"),
        (("plan", "price", "minor"), 12.0, "minor takes a whole number"),
        (("plan", "price", "minor"), "1200", "minor takes a whole number"),
        (("plan", "price", "minor"), True, "minor takes a whole number"),
        (("plan", "price", "minor"), -1, "minor takes a whole number"),
        (("plan", "price", "minor"), 10**15 + 1, "minor takes a whole number"),
        (("plan", "price", "currency"), "eur", "currency takes an ISO 4217"),
        (("plan", "price", "currency"), "€", "currency takes an ISO 4217"),
        (("plan", "price", "currency"), "ＥＵＲ", "currency takes an ISO 4217"),  # full width
        (("plan", "price"), 12, "price takes an object"),
        (("plan", "interval"), "monthly", "interval takes day, week"),
        (("plan", "interval"), "11 years", "interval takes day, week"),
        (("plan", "name"), "", "name takes a name"),
        (("plan", "name"), "\u200b\u2060", "name takes a name"),
        (("plan", "name"), "x" * 201, "name takes a name"),
        (("plan", "refund_unused"), "yes", "refund_unused takes true or false"),
        (("plan", "ends"), "whenever", "ends takes one of"),
        (("id",), "", "id takes an identifier"),
        (("id",), " s_1", "id takes an identifier"),
        (("id",), "s\u200b_1", "id takes an identifier"),
        (("id",), "s_1\n", "id takes an identifier"),
        (("id",), 17, "id takes an identifier"),
        (("id",), "s" * 201, "id takes at most"),
        (("started",), "2026-03-31", "started takes a time"),
        (("started",), "2026-03-31T12:00:00", "started takes a time"),
        (("started",), "20260331T120000Z", "started takes a time"),
        (("started",), "2026-W14-2T12:00:00Z", "started takes a time"),
        (("started",), "2026-02-30T12:00:00Z", "started takes a time"),
        (("started",), "2026-03-31T12:00:60Z", "started takes a time"),
        (("started",), "2026-03-31T12:00:00+25:00", "started takes a time"),
        (("started",), "0001-01-01T00:00:00+23:59", "started takes a time"),
        (("started",), "9999-12-31T23:59:59-01:00", "started takes a time"),
        (("started",), "3000-01-01T00:00:00Z", "started takes a time between"),
        (("started",), 1773135000, "started takes a time"),
        (("period", "end"), "2026-01-01T00:00:00Z", "period takes an end after its start"),
        (("ends_at",), None, "ends_at takes a time where"),
        (("status_before",), "ended", "status_before takes trial"),
        (("paid", "currency"), "USD", "paid takes the currency"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(path: tuple[str, ...], value: object, complaint: str) -> None:
    """For the engineer who builds the other side; the value may be anybody's secret."""
    with pytest.raises(OddError, match=complaint) as caught:
        reading.subscription(Told(with_at(WHOLE, path, value)))
    assert "the answer" in str(caught.value)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"status": "active", "ends_at": "2026-03-31T12:00:00Z"}, "ends_at"),
        ({"status": "trial"}, "trial_until"),
        ({"status": "active", "status_before": "trial"}, "status_before"),
    ],
)
def test_what_contradicts_itself_is_refused(fields: Json, complaint: str) -> None:
    """Whichever half was believed, a customer would be told the other."""
    with pytest.raises(OddError, match=complaint):
        reading.subscription(Told({**subscription_json(subscription()), **fields}))


def test_times_are_read_whatever_their_offset_and_fraction() -> None:
    """As Go, Java and JavaScript write them."""
    at = datetime(2026, 3, 31, 10, 0, 0, 123456, tzinfo=UTC)
    for text in (
        "2026-03-31T10:00:00.123456Z",
        "2026-03-31T10:00:00.123456789Z",
        "2026-03-31T12:00:00.123456+02:00",
        at.astimezone(timezone(timedelta(hours=-9, minutes=-30))).isoformat(),
    ):
        assert Told(text).moment() == at
    assert Told("2026-03-31T10:00:00.5Z").moment() == at.replace(microsecond=500000)


def test_names_are_shown_on_one_line() -> None:
    """Line ends and hard spaces are spaces; what shows nothing, or can't be stored, is left out."""
    assert Told(" Pro\u00a0Plus\r\n (new)\u200b\ud800\u202e ").name() == "Pro Plus (new)"


def test_a_subscription_of_another_customer_is_never_shown() -> None:
    """The whole answer is refused: whatever went wrong there, the rest is not to be trusted either."""
    theirs = [subscription_json(subscription()), subscription_json(subscription("s_2", customer_ref="bob"))]
    with scripted(lambda request: answer(request, {"subscriptions": theirs})) as made:
        with pytest.raises(BillingUnavailableError, match="another customer"):
            made.provider().subscriptions("ada")
        with pytest.raises(BillingUnavailableError, match="another customer"):
            made.provider().subscriptions("Ada")


def test_an_answer_about_another_subscription_is_refused() -> None:
    """It may have acted on the one that was meant, so it is asked again."""
    other = {"subscription": subscription_json(subscription("s_2"))}
    with (
        scripted(lambda request: answer(request, other)) as made,
        pytest.raises(BillingUnavailableError, match="another subscription"),
    ):
        made.provider().resume("s_1", idempotency_key="s_1:1")


def test_no_customer_holds_one_subscription_twice() -> None:
    """Which of the two would be cancelled?"""
    twice = {"subscriptions": [subscription_json(subscription())] * 2}
    with pytest.raises(OddError, match="twice"):
        reading.subscriptions(Told(twice), "ada")


@pytest.mark.parametrize("name", ["subscriptions", "plans", "customers"])
def test_lists_have_an_end(name: str) -> None:
    """More than anybody has is a mistake, and would be held in memory."""
    read: Any = {
        "subscriptions": lambda told: reading.subscriptions(told, "ada"),
        "plans": reading.plans,
        "customers": reading.customers,
    }[name]
    with pytest.raises(OddError, match="a list of at most"):
        read(Told({name: [None] * 1001}))
    with pytest.raises(OddError, match="a list of at most"):
        read(Told({name: {"0": None}}))


def test_acting_is_told_by_true_or_false() -> None:
    """Anything else says nothing: 1, "true", or no answer at all."""
    odd: list[object] = [1, "true", None]
    with scripted(lambda request: answer(request, {"acted": odd.pop()})) as made:
        while odd:
            with pytest.raises(BillingUnavailableError, match="true or false"):
                made.provider().acted("s_1", idempotency_key="s_1:1")
