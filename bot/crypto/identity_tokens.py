"""Checks and makes the identity tokens by which a website vouches for its signed-in customer."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from joserfc.jws import CompactSignature

from bot.crypto.identity_keys import HS256, KID, IdentityKey, strict_json
from bot.domain.errors import IdentityInvalidError
from bot.ports import Clock, IdentityClaim

ALGORITHM = "HS256"
AUDIENCE = "fairwell"
#: A token may not live longer than this.
MAX_LIFE = timedelta(hours=1)
#: How far the clocks of a company's server and ours may differ, for `iat` and `nbf`.
LEEWAY = timedelta(seconds=60)
MAX_TOKEN, MAX_SUBJECT, MAX_TOKEN_ID = 4096, 128, 128
#: Not among them: headers that bring keys (`jku`, `jwk`, `x5u`, `x5c`) or change the meaning (`crit`, `b64`).
HEADERS = frozenset({"alg", "cty", "kid", "typ"})


class JwtIdentityTokens:
    """JWTs signed with the secret that the company's server shares with us, or with one of its own keys.

    A token without `kid` is checked with the secret and HS256; one with `kid` with that one of `keys`, and by
    that key's algorithm. The token never chooses: an algorithm other than the key's is refused, `none` first
    of all. Claims: `sub` (customer), `aud` (`fairwell`), `exp` (at most an hour ahead), `jti` (for single
    use); `iat` and `nbf` are honoured if given.
    """

    def __init__(self, secret: str, clock: Clock, keys: Mapping[str, IdentityKey] | None = None) -> None:
        self._own = OctKey.import_key(secret.encode())
        self._secret = IdentityKey(self._own, HS256)
        self._keys = dict(keys or {})
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
        return jwt.encode({"alg": ALGORITHM, "typ": "JWT"}, claims, self._own, algorithms=[ALGORITHM])

    def _signed_claims(self, token: str) -> dict[str, object]:
        if len(token) > MAX_TOKEN or not token.isascii():
            raise IdentityInvalidError("the token is malformed")
        try:
            signature = jws.extract_compact(token.encode())
            if not self._key_of(signature).signed(signature):
                raise IdentityInvalidError(
                    "the token is not signed with our secret, or with the key it names"
                )
            claims = strict_json(signature.payload.decode())
        except (JoseError, ValueError, TypeError, AttributeError, RecursionError) as fault:
            raise IdentityInvalidError(
                "the token is malformed, or signed in another way than ours"
            ) from fault
        if not isinstance(claims, dict):
            raise IdentityInvalidError("the token is malformed")
        return claims

    def _key_of(self, token: CompactSignature) -> IdentityKey:
        """The key to check it with. Nothing vouches for the header yet: it may only name a key of ours."""
        header: object = token.protected
        if not isinstance(header, dict) or not HEADERS.issuperset(header):
            raise IdentityInvalidError("the token's header has parts that we do not take")
        if "kid" not in header:
            return self._secret
        kid = header["kid"]
        if not isinstance(kid, str) or not KID.fullmatch(kid) or kid not in self._keys:
            raise IdentityInvalidError("the token names a key (kid) that we do not know")
        return self._keys[kid]


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
