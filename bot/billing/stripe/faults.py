"""What Stripe's faults mean to us. No message repeats what Stripe said: it quotes keys and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import stripe

from bot.domain.errors import (
    BillingRefusedError,
    BillingUnavailableError,
    FairwellError,
    NotFoundError,
)

#: A wait that Stripe asks for is believed up to so many seconds.
_LONGEST_WAIT = 3600.0
#: Such as: Enabling "Prices Read" ('plan_read') permissions on this key would …
_PERMISSION = re.compile(
    r"Enabling \"(?P<named>[A-Za-z ]{1,40})\"|the '(?P<code>(?:rak_)?[a-z_]{1,40})' permission"
)
_CODE = re.compile(r"[a-z_]{1,40}")
#: It could not be done just now; a key that is not taken, or may not do it, is put right by people.
_PASSING = frozenset({401, 403, 409, 424, 429})


@contextmanager
def explained() -> Iterator[None]:
    """Turns the library's exceptions into ours."""
    try:
        yield
    except stripe.StripeError as fault:
        raise meaning(fault) from None


def meaning(fault: stripe.StripeError) -> FairwellError:
    """Whether it may be asked again, never, or was asked about something that is not there.

    A key that is refused counts as "not just now": what customers declared is carried out once it is put
    right (P9).
    """
    status = fault.http_status
    if isinstance(fault, stripe.APIConnectionError) or status is None:
        return BillingUnavailableError("Stripe can't be reached, or did not answer in time")
    if status == 403:
        needed = permission(fault) or "a permission is missing"
        return BillingUnavailableError(f"the key may not do this at Stripe: {needed}")
    passing = isinstance(fault, stripe.RateLimitError | stripe.IdempotencyError) or status in _PASSING
    if passing or not 400 <= status < 500:
        why = "Stripe does not take the key" if status == 401 else f"Stripe answered {status}"
        return BillingUnavailableError(why, _retry_after(fault))
    if status == 404:
        return NotFoundError("Stripe does not know it")
    return BillingRefusedError(f"Stripe refused it: {code(fault)}")


def code(fault: stripe.StripeError) -> str:
    """Stripe's word for what was wrong, or its status."""
    given = fault.code or ""
    return given if _CODE.fullmatch(given) else f"status {fault.http_status}"


def permission(fault: stripe.StripeError) -> str:
    """What the key would need, as Stripe's Dashboard names it: `Prices Read`; empty where it is not said."""
    found = _PERMISSION.search(fault.user_message or "")
    if found is None:
        return ""
    if found["named"]:
        return found["named"]
    resource, _, kind = found["code"].removeprefix("rak_").rpartition("_")
    return f"{resource.replace('_', ' ').capitalize()} {kind.capitalize()}".strip()


def replayed(fault: stripe.StripeError) -> bool:
    """Whether this is the answer to an earlier request with the same key, kept by Stripe for 24 hours."""
    return _header(fault, "idempotent-replayed") == "true"


def _retry_after(fault: stripe.StripeError) -> float | None:
    given = _header(fault, "retry-after")
    try:
        seconds = float(given)
    except ValueError:
        return None
    return min(seconds, _LONGEST_WAIT) if seconds >= 0 else None


def _header(fault: stripe.StripeError, name: str) -> str:
    return str(fault.headers.get(name, "")) if fault.headers else ""
