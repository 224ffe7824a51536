"""Keys of receipts, changed under a running installation."""

from __future__ import annotations

from typing import Any

import httpx

from bot.crypto.receipt_verification import verify_receipt
from tests.e2e.conftest import Visit
from tests.e2e.instance import Instance
from tests.e2e.waiting import wait_until

JSON = {"Accept": "application/json"}
#: A running app looks at its keys again within five seconds.
SOON = 20


def test_keys_change_while_it_runs(visit: Visit, fairwell: Instance) -> None:
    """Rotated, both keys prove, without a start; revoked, what one has signed is refused until renewed."""
    old = _keys(fairwell)[0]["kid"]
    first = _receipt(visit, "demo-solo")
    assert fairwell.cli("keys", "rotate", "--in", "0").returncode == 0
    wait_until(lambda: _keys(fairwell)[0]["kid"] != old, SOON, "the new key to be published")
    second = _receipt(visit, "demo-trial")
    signed = _copy(first)
    assert verify_receipt(signed, {"keys": _keys(fairwell)}).kid == old
    assert verify_receipt(_copy(second), {"keys": _keys(fairwell)}).kid == _keys(fairwell)[0]["kid"]

    assert fairwell.cli("keys", "revoke", "--reason", "compromised", "--", old).returncode == 0
    wait_until(lambda: _status(first) == 410, SOON, "the page to refuse it")
    refused = fairwell.cli("receipts", "verify", "-", given=signed.decode())
    assert (refused.returncode, "a key that was revoked" in refused.stderr) == (1, True)
    assert old not in [key["kid"] for key in _keys(fairwell)]
    assert _status(second) == 200

    assert fairwell.cli("receipts", "renew", "--", old).returncode == 0
    assert _status(first) == 200
    assert verify_receipt(_copy(first), {"keys": _keys(fairwell)}).kid == _keys(fairwell)[0]["kid"]


def _receipt(visit: Visit, customer: str) -> str:
    receipt = visit(customer).say("I want to cancel")[0].receipt
    assert receipt is not None
    return str(receipt["url"])


def _keys(fairwell: Instance) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx.get(
        f"{fairwell.url}/.well-known/jwks.json", trust_env=False, timeout=30
    ).json()["keys"]
    return found


def _copy(url: str) -> bytes:
    return httpx.get(url, headers=JSON, trust_env=False, timeout=30).content


def _status(url: str) -> int:
    return httpx.get(url, headers=JSON, trust_env=False, timeout=30).status_code
