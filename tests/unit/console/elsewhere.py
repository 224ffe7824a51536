"""A provider whose answers a test makes up, and a sign-in that comes back from it."""

from __future__ import annotations

from typing import Any, Self

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

from bot.services.staff_sign_in import Claimed
from bot.settings import Settings
from console.oidc import Begun, Provider

ISSUER, CLIENT, NONCE = "https://id.example", "fairwell", "a nonce of this sign-in"
BEGUN = Begun("", "the state", NONCE, "the verifier")
BACK = {"state": "the state", "code": "the code", "iss": ISSUER}
KEY, OTHER = RSAKey.generate_key(2048, {"kid": "1"}), RSAKey.generate_key(2048, {"kid": "1"})
NOW = 4_000_000_000
CLAIMS: dict[str, Any] = {
    "iss": ISSUER, "aud": CLIENT, "sub": "248289761001", "nonce": NONCE, "iat": 1_700_000_000, "exp": NOW,
    "email": "bea@example.com", "email_verified": True, "name": "Bea Kraus",
}  # fmt: skip
ABOUT = {
    "issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/auth", "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/jwks", "userinfo_endpoint": f"{ISSUER}/me",
    "authorization_response_iss_parameter_supported": True,
}  # fmt: skip


def signed(claims: dict[str, Any], key: RSAKey = KEY) -> str:
    """A token as the provider makes it."""
    return jwt.encode({"alg": "RS256", "kid": "1"}, claims, key)


class Elsewhere:
    """The provider, as far as its client gets to know it: `token` is what it answers with."""

    def __init__(self) -> None:
        self.token = signed(CLAIMS)
        self.about: dict[str, Any] = dict(ABOUT)
        self.told: dict[str, Any] = {}
        self.fault: Exception | None = None

    def at(self, issuer: str) -> None:
        """It calls itself that from now on."""
        self.about = {**ABOUT, "issuer": issuer}

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Its documents."""
        if request.url.path.endswith("/.well-known/openid-configuration"):
            return httpx.Response(200, json=self.about)
        documents = {
            "/jwks": {"keys": [KEY.as_dict(private=False)]},
            "/me": self.told,
        }
        return httpx.Response(200, json=documents[request.url.path])

    def client(self, *_: object, **__: object) -> Self:
        """In place of Authlib's, which calls it."""
        return self

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def fetch_token(self, _: str, **__: str) -> dict[str, str]:
        """The exchange of a code."""
        if self.fault is not None:
            raise self.fault
        return {"id_token": self.token, "access_token": "for userinfo"}


async def finish(back: dict[str, str] | None = None, issuer: str = ISSUER) -> Claimed:
    """The browser is back."""
    settings = Settings(
        oidc_issuer=issuer, oidc_client_id=CLIENT, oidc_client_secret="secret",
        oidc_roles="leads=manager,all=viewer",
    )  # fmt: skip
    return await Provider(settings).finish(BEGUN, BACK if back is None else back)
