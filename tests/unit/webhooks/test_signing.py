from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from bot.webhooks.signing import signed

OLD, NEW = ("whsec_" + base64.b64encode(key * 32).decode() for key in (b"a", b"b"))
BODY = '{"type":"webhook.test"}'


def test_whoever_has_the_secret_can_verify() -> None:
    """With the format's own library; the times are real, as it looks at the clock."""
    headers = signed((NEW,), "e_1", datetime.now(UTC), BODY)
    assert Webhook(NEW).verify(BODY, dict(headers)) == {"type": "webhook.test"}


def test_what_is_signed_is_what_the_format_says() -> None:
    """Id, seconds and body with full stops between, by HMAC-SHA256 under the secret's bytes."""
    headers = signed((NEW,), "e_1", datetime(2026, 3, 10, 9, 30, 0, 999999, tzinfo=UTC), BODY)
    assert headers["webhook-timestamp"] == "1773135000"
    expected = hmac.new(b"b" * 32, f"e_1.1773135000.{BODY}".encode(), hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(expected).decode()}"


def test_while_a_secret_is_changed_both_verify() -> None:
    """One signature each, with a space between, the new one first."""
    headers = dict(signed((NEW, OLD), "e_1", datetime.now(UTC), BODY))
    assert len(headers["webhook-signature"].split(" ")) == 2
    for secret in (OLD, NEW):
        Webhook(secret).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + base64.b64encode(b"c" * 32).decode()).verify(BODY, headers)


@pytest.mark.parametrize("late", [timedelta(minutes=6), timedelta(minutes=-6)])
def test_what_was_recorded_does_not_verify_later(late: timedelta) -> None:
    """The time is signed, so that it can't be replayed after five minutes."""
    headers = signed((NEW,), "e_1", datetime.now(UTC) - late, BODY)
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(BODY, dict(headers))


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_nothing_can_be_changed(name: str) -> None:
    """Neither id, nor time, nor signature, nor the body."""
    headers = dict(signed((NEW,), "e_1", datetime.now(UTC), BODY))
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(BODY.replace("test", "tested"), headers)
    changed = {"webhook-id": "e_2", "webhook-signature": "v1,AAAA"}
    changed["webhook-timestamp"] = str(int(headers["webhook-timestamp"]) + 1)
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(BODY, headers | {name: changed[name]})
