"""A company's key pairs, and tokens put together by hand, as no honest library would make them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.crypto.identity_keys import read_identity_keys
from bot.crypto.identity_tokens import JwtIdentityTokens
from bot.domain.errors import IdentityInvalidError
from bot.domain.receipts import encode
from tests.unit.crypto.support import NOON, SetClock

OWN_SECRET = "s" * 43
SHARED = bytes(range(32))
CLAIMS: dict[str, Any] = {
    "sub": "demo-solo",
    "aud": "fairwell",
    "exp": int(NOON.timestamp()) + 600,
    "jti": "one",
}
OLD, NEW, STRANGER = (Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32) for seed in (1, 2, 3))


def raw(key: Ed25519PrivateKey) -> bytes:
    """The public half, 32 bytes."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def public(kid: str, key: Ed25519PrivateKey, **members: object) -> dict[str, object]:
    """The public half as a JWK."""
    return {"kty": "OKP", "crv": "Ed25519", "x": encode(raw(key)), "kid": kid, **members}


def shared(kid: str, secret: bytes = SHARED, **members: object) -> dict[str, object]:
    """A secret as a JWK."""
    return {"kty": "oct", "k": encode(secret), "kid": kid, **members}


def key_file(folder: Path, *keys: object, mode: int = 0o600) -> Path:
    """A JWK Set of these keys."""
    path = folder / "identity-keys.json"
    path.write_text(json.dumps({"keys": keys}))
    path.chmod(mode)
    return path


def tokens(folder: Path, *keys: object) -> JwtIdentityTokens:
    """What checks tokens by these keys and by the installation's own secret."""
    return JwtIdentityTokens(OWN_SECRET, SetClock(), read_identity_keys(key_file(folder, *keys)))


def part(value: object) -> str:
    """One of a token's parts."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def by_secret(secret: bytes, header: Mapping[str, object], **claims: object) -> str:
    """A token signed with HMAC: with SHA-384 or SHA-512 if the header says so, else SHA-256."""
    text = f"{part(header)}.{part({**CLAIMS, **claims})}"
    digest = {"HS384": hashlib.sha384, "HS512": hashlib.sha512}.get(str(header.get("alg")), hashlib.sha256)
    return f"{text}.{encode(hmac.new(secret, text.encode(), digest).digest())}"


def by_key(key: Ed25519PrivateKey, header: object, **claims: object) -> str:
    """A token signed with Ed25519, whatever its header says."""
    text = f"{part(header)}.{part({**CLAIMS, **claims})}"
    return f"{text}.{encode(key.sign(text.encode()))}"


def refused(checker: JwtIdentityTokens, token: str) -> str:
    """Why the token is refused."""
    with pytest.raises(IdentityInvalidError) as fault:
        checker.verify(token)
    return str(fault.value)
