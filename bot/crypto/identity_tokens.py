"""Checks and makes the identity tokens by which a website vouches for its signed-in customer."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime, timedelta

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from joserfc.jws import JWSRegistry

from bot.domain.errors import IdentityInvalidError
from bot.ports import Clock, IdentityClaim

ALGORITHM = "HS256"
AUDIENCE = "fairwell"
#: A token may not live longer than this.
MAX_LIFE = timedelta(hours=1)
#: How far the clocks of a company's server and ours may differ, for `iat` and `nbf`.
LEEWAY = timedelta(seconds=60)
MAX_TOKEN, MAX_SUBJECT, MAX_TOKEN_ID = 4096, 128, 128


class Hs256IdentityTokens:
    """JWTs signed with HS256 and the secret that the company's server shares with us.

    Claims: `sub` (customer), `aud` (`fairwell`), `exp` (at most an hour ahead), `jti` (for single use); `iat`
    and `nbf` are honoured if given. Any algorithm but HS256 is refused, `none` first of all.
    """

    def __init__(self, secret: str, clock: Clock) -> None:
        self._key = OctKey.import_key(secret.encode())
        self._clock = clock

    def verify(self, token: str) -> IdentityClaim:
        """What the token says. Raises `IdentityInvalidError`; using a token up is the caller's work."""
        claims = self._signed_claims(token)
        if not _meant_for_us(claims.get("aud")):
            raise IdentityInvalidError("the token is meant for somebody else")
        now = self._clock.now()
        expires_at = _time(claims, "exp")
        if expires_at is None or not now < expires_at <= now + MAX_LIFE:
            raise IdentityInvalidError("the token has expired, or expires later than an hour from now")
        for name in ("nbf", "iat"):
            since = _time(claims, name)
            if since is not None and since > now + LEEWAY:
                raise IdentityInvalidError(f"the token's {name} lies in the future")
        return IdentityClaim(
            _name(claims, "sub", MAX_SUBJECT), _name(claims, "jti", MAX_TOKEN_ID), expires_at
        )

    def issue(self, customer_ref: str, ttl: timedelta = timedelta(minutes=10)) -> str:
        """A fresh token for one customer, good for `ttl`, at most an hour; for command line and demo."""
        if not timedelta(seconds=1) <= ttl <= MAX_LIFE:
            raise ValueError("a token lives from a second to an hour")
        now = int(self._clock.now().timestamp())
        claims = {
            "aud": AUDIENCE,
            "exp": now + int(ttl.total_seconds()),
            "iat": now,
            "jti": secrets.token_hex(16),
            "sub": customer_ref,
        }
        return jwt.encode({"alg": ALGORITHM, "typ": "JWT"}, claims, self._key, algorithms=[ALGORITHM])

    def _signed_claims(self, token: str) -> dict[str, object]:
        if len(token) > MAX_TOKEN or not token.isascii():
            raise IdentityInvalidError("the token is malformed")
        try:
            registry = JWSRegistry(algorithms=[ALGORITHM])
            # A plain decoder: numbers beyond what JSON knows, such as NaN, are faults like any other.
            return jwt.decode(token, self._key, [ALGORITHM], registry, _StrictDecoder).claims
        except (JoseError, ValueError, TypeError, AttributeError, RecursionError) as fault:
            raise IdentityInvalidError("the token is malformed, or not signed with our secret") from fault


class _StrictDecoder(json.JSONDecoder):
    def __init__(self) -> None:
        super().__init__(parse_constant=_refuse)


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is not JSON")


def _meant_for_us(audience: object) -> bool:
    return audience == AUDIENCE or (isinstance(audience, list) and AUDIENCE in audience)


def _time(claims: dict[str, object], name: str) -> datetime | None:
    """A NumericDate (RFC 7519, 2); None where the claim is not there."""
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**33:
        raise IdentityInvalidError(f"the token's {name} is not a time")
    return datetime.fromtimestamp(value, UTC)


def _name(claims: dict[str, object], name: str, longest: int) -> str:
    value = claims.get(name)
    if (
        not isinstance(value, str)
        or not 1 <= len(value) <= longest
        or not value.isprintable()
        or value.strip() != value
    ):
        raise IdentityInvalidError(f"the token has no usable {name}")
    return value
