"""What a provider says of somebody counts only if it has signed that, for us, and for this sign-in."""

from __future__ import annotations

import base64
import hmac
import json
from typing import Any

import httpx
import pytest

from bot.domain.staff import Role
from bot.services.doors import SignInRefusedError
from bot.services.staff_sign_in import Claimed
from tests.unit.console.elsewhere import (
    BACK,
    CLAIMS,
    CLIENT,
    ISSUER,
    KEY,
    NOW,
    OTHER,
    Elsewhere,
    finish,
    signed,
)


async def test_who_it_is(elsewhere: Elsewhere) -> None:
    """As the signed token has it; the highest role of their groups."""
    elsewhere.token = signed({**CLAIMS, "groups": ["all", "leads", "others"]})
    assert await finish() == Claimed(
        ISSUER, "248289761001", "bea@example.com", email_verified=True, name="Bea Kraus", role=Role.MANAGER
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.example"}, {"aud": "another app"}, {"aud": [CLIENT, "another app"]},
        {"aud": [CLIENT, "another app"], "azp": "another app"}, {"nonce": None}, {"nonce": "another"},
        {"exp": 1_700_000_001}, {"iat": NOW - 10}, {"sub": None}, {"exp": None}, {"iss": None}, {"aud": None},
    ],
)  # fmt: skip
async def test_a_token_for_somebody_else(elsewhere: Elsewhere, changed: dict[str, Any]) -> None:
    """Of another issuer, for another app or sign-in, too old, from the future, or not whole."""
    claims = {name: value for name, value in {**CLAIMS, **changed}.items() if value is not None}
    elsewhere.token = signed(claims)
    with pytest.raises(SignInRefusedError):
        await finish()


def _coded(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _by_secret(algorithm: str, secret: bytes) -> str:
    """As somebody makes it who does not have the provider's key: without a signature if without a secret."""
    text = f"{_coded({'alg': algorithm, 'kid': '1'})}.{_coded(CLAIMS)}"
    digest = hmac.digest(secret, text.encode(), "sha256") if secret else b""
    return f"{text}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


@pytest.mark.parametrize(
    "forged",
    [
        # "none"; the public key, which everybody knows, taken for a secret; the client's secret.
        _by_secret("none", b""), _by_secret("HS256", KEY.as_pem(private=False)),
        _by_secret("HS256", b"secret"),
        signed(CLAIMS, OTHER), signed(CLAIMS)[:-8] + "AAAAAAAA", "x.y.z", "",
    ],
    ids=["none", "public key", "client secret", "another key", "changed", "nonsense", "nothing"],
)  # fmt: skip
async def test_a_forged_token(elsewhere: Elsewhere, forged: str) -> None:
    """Only what the provider's published key has signed counts."""
    elsewhere.token = forged
    with pytest.raises(SignInRefusedError):
        await finish()


@pytest.mark.parametrize(
    "back",
    [
        {**BACK, "state": "another"},
        {"code": "the code", "iss": ISSUER}, {"state": "the state", "iss": ISSUER},
        {**BACK, "iss": "https://evil.example"}, {"state": "the state", "code": "the code"},
        {"state": "the state", "error": "access_denied", "iss": ISSUER},
    ],
)  # fmt: skip
@pytest.mark.usefixtures("elsewhere")
async def test_a_browser_that_brings_something_else(back: dict[str, str]) -> None:
    """Another state, no code, or another provider's answer (mix-up)."""
    with pytest.raises(SignInRefusedError):
        await finish(back)


async def test_what_is_told_beside_the_token(elsewhere: Elsewhere) -> None:
    """Userinfo adds the address where the token has none: of the same person only, never against it."""
    elsewhere.token = signed({name: CLAIMS[name] for name in ("iss", "aud", "sub", "nonce", "iat", "exp")})
    elsewhere.told = {"sub": CLAIMS["sub"], "email": "bea@example.com", "email_verified": True, "iss": "x"}
    assert (await finish()).email == "bea@example.com"
    elsewhere.told["sub"] = "somebody else"
    found = await finish()
    assert (found.email, found.email_verified) == ("", False)


@pytest.mark.parametrize("verified", [False, "true", 1, None])
async def test_verified_means_verified(elsewhere: Elsewhere, verified: object) -> None:
    """Anything but `true` is not."""
    elsewhere.token = signed({**CLAIMS, "email_verified": verified})
    assert not (await finish()).email_verified


async def test_faults_of_the_provider(elsewhere: Elsewhere) -> None:
    """Are no sign-in; a provider that calls itself something else is none of ours."""
    elsewhere.fault = httpx.ConnectError("away")
    with pytest.raises(SignInRefusedError):
        await finish()
    elsewhere.about["issuer"] = "https://evil.example"
    with pytest.raises(SignInRefusedError, match="calls itself something else"):
        await finish()
