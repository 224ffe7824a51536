from __future__ import annotations

from typing import Any

import pytest
import stripe

from bot.billing.stripe.faults import explained, meaning, permission, replayed
from bot.domain.errors import BillingRefusedError, BillingUnavailableError, FairwellError, NotFoundError
from tests.fixtures.stripe.shapes import Json, error


def _raised(status: int, body: Json, headers: dict[str, str] | None = None) -> stripe.StripeError:
    """As the library makes it of an answer."""
    kinds: dict[int, type[Any]] = {
        400: stripe.InvalidRequestError, 401: stripe.AuthenticationError, 402: stripe.CardError,
        403: stripe.PermissionError, 404: stripe.InvalidRequestError, 429: stripe.RateLimitError,
    }  # fmt: skip
    said, kind = body["error"], kinds.get(status, stripe.APIError)
    made: stripe.StripeError
    given: Json = {"http_status": status, "json_body": body, "headers": headers or {}}
    if said.get("type") == "idempotency_error":
        return stripe.IdempotencyError(said["message"], **given)
    if kind in {stripe.InvalidRequestError, stripe.CardError}:
        made = kind(said["message"], said.get("param"), code=said.get("code"), **given)
    else:
        made = kind(said["message"], **given)
    return made


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("too_many", BillingUnavailableError),
        ("broken", BillingUnavailableError),
        ("locked", BillingUnavailableError),
        ("key_in_use", BillingUnavailableError),
        ("other_request", BillingUnavailableError),
        ("bad_key", BillingUnavailableError),
        ("not_allowed", BillingUnavailableError),
        ("missing", NotFoundError),
        ("ended", BillingRefusedError),
        ("unknown_parameter", BillingRefusedError),
        ("already_refunded", BillingRefusedError),
    ],
)
def test_faults_mean_try_again_or_never_or_nothing_there(name: str, kind: type[FairwellError]) -> None:
    """No message repeats Stripe's, which quotes ids and keys."""
    status, body = error(name)
    made = meaning(_raised(status, body))
    assert type(made) is kind
    assert not any(piece in str(made) for piece in ("sub_0", "rk_test", "acct_1", "ch_1", "sub_1"))


@pytest.mark.parametrize(
    ("given", "seconds"),
    [("7", 7.0), ("0.5", 0.5), ("99999", 3600.0), ("-1", None), ("Wed, 21 Oct 2026", None), ("nan", None)],
)
def test_a_wait_that_is_asked_for_is_passed_on(given: str, seconds: float | None) -> None:
    """In seconds, and for an hour at most."""
    status, body = error("too_many")
    made = meaning(_raised(status, body, {"retry-after": given}))
    assert isinstance(made, BillingUnavailableError)
    assert made.retry_after == seconds


@pytest.mark.parametrize(
    ("name", "needed"),
    [("not_allowed", "Subscriptions Write"), ("not_allowed_formerly", "Subscription Write")],
)
def test_a_missing_permission_is_named(name: str, needed: str) -> None:
    """So that whoever made the key knows what to give it."""
    status, body = error(name)
    fault = _raised(status, body)
    assert permission(fault) == needed
    assert needed in str(meaning(fault))


def test_a_permission_that_is_not_named_is_still_told_as_one() -> None:
    """Whatever the words are by then."""
    status, body = error("not_allowed")
    body["error"]["message"] = "No."
    assert "permission" in str(meaning(_raised(status, body)))


@pytest.mark.parametrize("status", [200, 402, 418, 500, 502, 503, 504])
def test_odd_answers(status: int) -> None:
    """Whatever is not refused for good may have acted."""
    made = meaning(_raised(status, {"error": {"message": "x", "type": "api_error"}}))
    assert isinstance(made, BillingRefusedError if 400 <= status < 500 else BillingUnavailableError)


def test_a_lost_connection_may_have_acted() -> None:
    """Nobody knows."""
    with pytest.raises(BillingUnavailableError), explained():
        raise stripe.APIConnectionError("reset")  # type: ignore[no-untyped-call] # as it is


def test_a_repeated_answer_is_known_as_one() -> None:
    """By the header that Stripe sets."""
    status, body = error("broken")
    assert replayed(_raised(status, body, {"idempotent-replayed": "true"}))
    assert not replayed(_raised(status, body))
