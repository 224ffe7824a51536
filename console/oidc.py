"""Signing in at the company's own provider: OpenID Connect, authorization code with PKCE (RFC 9700)."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from bot.domain.staff import Role
from bot.services.doors import SignInRefusedError
from bot.services.staff_sign_in import Claimed
from bot.settings import Settings
from console import entra

#: No "none", and nothing a client secret signs: what is trusted is the provider's published key.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
_SCOPE = "openid email profile"
_SECONDS = 10
#: How far the provider's clock may be off.
_LEEWAY = 60
#: What was discovered is asked for again after that: keys are rotated.
_FRESH = 3600


@dataclass(frozen=True, slots=True)
class Begun:
    """What the browser is sent away with, and what it must bring back."""

    url: str
    state: str
    nonce: str
    verifier: str


class Provider:
    """One provider. What it says of itself is read when it is first needed."""

    def __init__(self, settings: Settings) -> None:
        self._issuer = settings.oidc_issuer or ""
        self._client_id = settings.oidc_client_id or ""
        secret = settings.oidc_client_secret
        self._secret = secret.get_secret_value() if secret else ""
        self._redirect = f"{settings.public_url}/console/oidc/callback"
        self._roles = settings.oidc_roles
        self._known: Mapping[str, Any] = {}
        self._read_at = -float(_FRESH)

    async def begin(self) -> Begun:
        """Raises `SignInRefusedError` where the provider does not answer."""
        about = await self._about()
        nonce, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        async with self._client() as client:
            url, state = client.create_authorization_url(
                about["authorization_endpoint"], nonce=nonce, code_verifier=verifier
            )
        return Begun(url, state, nonce, verifier)

    async def finish(self, begun: Begun, given: Mapping[str, str]) -> Claimed:
        """Exchanges the code and checks who it is. Raises `SignInRefusedError`."""
        about = await self._about()
        right = hmac.compare_digest(given.get("state", "").encode(), begun.state.encode())
        if not right or self._mixed_up(about, given) or "code" not in given:
            raise SignInRefusedError("the provider did not confirm it")
        try:
            async with self._client() as client:
                answer = await client.fetch_token(
                    about["token_endpoint"], code=given["code"], code_verifier=begun.verifier
                )
            claims = await self._told(about, answer, begun.nonce)
        except (httpx.HTTPError, JoseError, ValueError, KeyError) as fault:
            raise SignInRefusedError("the provider did not confirm it") from fault
        except Exception as fault:
            # Authlib has its own base for what a provider answers with, and calls by the httpx it finds.
            if type(fault).__module__.partition(".")[0] in {"authlib", "httpx2"}:
                raise SignInRefusedError("the provider did not confirm it") from fault
            raise
        return self._claimed(claims)

    def _mixed_up(self, about: Mapping[str, Any], given: Mapping[str, str]) -> bool:
        """Whether another provider than the one we asked has sent this (RFC 9207)."""
        says_so = about.get("authorization_response_iss_parameter_supported") is True
        return given.get("iss", "" if says_so else self._issuer).rstrip("/") != self._issuer

    async def _told(self, about: Mapping[str, Any], answer: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        """What is in the token that the provider signed, and what it tells beside that of the same person."""
        async with httpx.AsyncClient(timeout=_SECONDS) as client:
            keys = KeySet.import_key_set((await client.get(about["jwks_uri"])).json())
            claims = self._claims(str(answer.get("id_token", "")), keys, nonce)
            if "email" in claims or "userinfo_endpoint" not in about:
                return claims
            bearer = {"Authorization": f"Bearer {answer['access_token']}"}
            told = (await client.get(about["userinfo_endpoint"], headers=bearer)).json()
        if told.get("sub") != claims["sub"]:
            return claims
        # What the token says of an address is said of the one in it, not of one from beside it.
        return {**told, **claims, "xms_edov": None}

    def _claims(self, token: str, keys: KeySet, nonce: str) -> dict[str, Any]:
        claims = dict(jwt.decode(token, keys, algorithms=_ALGORITHMS).claims)
        registry = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY,
            iss={"essential": True, "value": self._issuer_as_told()},
            aud={"essential": True, "value": self._client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        registry.validate(claims)
        audience = claims["aud"]
        if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != self._client_id:
            raise SignInRefusedError("this was for somebody else")
        return claims

    def _claimed(self, claims: Mapping[str, Any]) -> Claimed:
        groups = claims.get("groups", ())
        named = {groups} if isinstance(groups, str) else set(groups) if isinstance(groups, list) else set()
        roles = [
            role for role in Role if role.value in {self._roles[item] for item in named & set(self._roles)}
        ]
        return Claimed(
            issuer=self._issuer,
            subject=str(claims["sub"])[:255],
            email=str(claims.get("email", ""))[:254],
            email_verified=self._verified(claims),
            name=str(claims.get("name", ""))[:80],
            role=roles[-1] if roles else None,
        )

    def _verified(self, claims: Mapping[str, Any]) -> bool:
        """Whether the provider answers for the address: a plain no, or a yes of another form, is none."""
        if "email_verified" in claims:
            return claims["email_verified"] is True
        return entra.domain_verified(self._issuer, claims)

    def _issuer_as_told(self) -> str:
        return str(self._known.get("issuer", self._issuer))

    async def _about(self) -> Mapping[str, Any]:
        if time.monotonic() - self._read_at < _FRESH:
            return self._known
        try:
            async with httpx.AsyncClient(timeout=_SECONDS) as client:
                answer = await client.get(f"{self._issuer}/.well-known/openid-configuration")
                told = answer.raise_for_status().json()
        except (httpx.HTTPError, ValueError) as fault:
            raise SignInRefusedError("the provider does not answer") from fault
        if str(told.get("issuer", "")).rstrip("/") != self._issuer:
            raise SignInRefusedError("the provider calls itself something else")
        self._known, self._read_at = told, time.monotonic()
        return self._known

    def _client(self) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            self._client_id,
            self._secret,
            scope=_SCOPE,
            redirect_uri=self._redirect,
            code_challenge_method="S256",
            timeout=_SECONDS,
        )
