"""The keys that a company's own server signs identity tokens with, by `kid`: a JWK Set in a file."""

from __future__ import annotations

import json
import os
import re
import warnings
from typing import TYPE_CHECKING

from joserfc import jws
from joserfc.errors import SecurityWarning, UnsupportedAlgorithmError
from joserfc.jwk import OctKey, OKPKey
from joserfc.jws import CompactSignature, JWSRegistry

from bot.crypto.keys import KeyFileError
from bot.domain.errors import FairwellError
from bot.domain.receipts import decode

if TYPE_CHECKING:
    from pathlib import Path

    from joserfc._rfc7515.model import JWSAlgModel

HS256 = frozenset({"HS256"})
#: Two names of one algorithm: that of RFC 8037, and that of RFC 9864, which says which curve it is.
EDDSA = frozenset({"EdDSA", "Ed25519"})
MAX_FILE = 64 * 1024
KID = re.compile(r"[\x21-\x7e]{1,128}")

_PRIME = 2**255 - 19
_D = -121665 * pow(121666, -1, _PRIME) % _PRIME


class IdentityKey:
    """A key that checks signatures by one algorithm, whatever a token's header asks for.

    `algorithms` are the names that its one algorithm goes by; a token that names another one is refused.
    """

    def __init__(self, key: OctKey | OKPKey, algorithms: frozenset[str]) -> None:
        self._key = key
        self._registry = _OneAlgorithm(algorithms)

    def signed(self, token: CompactSignature) -> bool:
        """Whether the signature is this key's. Raises `JoseError` for any algorithm but the key's own."""
        return jws.validate_compact(token, self._key, registry=self._registry)


class _OneAlgorithm(JWSRegistry):
    """Knows one algorithm. Like that of receipts, it leaves out the warning about the name EdDSA."""

    def __init__(self, names: frozenset[str]) -> None:
        super().__init__()
        self._names = names

    def get_alg(self, name: str) -> JWSAlgModel:
        if name not in self._names:
            raise UnsupportedAlgorithmError("not the algorithm of this key")
        return self.algorithms[name]


def read_identity_keys(path: Path | None) -> dict[str, IdentityKey]:
    """The keys of a JWK Set (RFC 7517) by `kid`: Ed25519 public keys, and secrets of at least 256 bits.

    Every key must be usable: one that is not stops the start instead of failing at some customer's token. A
    file that holds a secret must be its owner's alone (0600). Raises `KeyFileError`, in one line.
    """
    if path is None:
        return {}
    text, mode = _content(path)
    try:
        members = _keys_of(strict_json(text))
    except (ValueError, RecursionError) as fault:
        raise KeyFileError(f"{path} is not a JWK Set: {fault}") from None
    public = {x for member in members if isinstance(x := member.get("x"), str)}
    keys: dict[str, IdentityKey] = {}
    for number, member in enumerate(members, start=1):
        try:
            kid = _kid(member)
            if kid in keys:
                raise _UnfitError(f"has the same kid as another one, {kid!r}")
            keys[kid] = _key(member, public)
        except FairwellError as fault:
            raise KeyFileError(f"{path}: key {number} {fault}") from None
    if mode & 0o077 and any("k" in member for member in members):
        raise KeyFileError(f"{path} holds a secret and may be read by others; run: chmod 600 {path}")
    if mode & 0o002:
        # Whoever can add a key can vouch for anybody.
        raise KeyFileError(f"{path} may be written by anybody; run: chmod o-w {path}")
    return keys


class _UnfitError(FairwellError):
    """What is wrong with a key, to be said after its number."""


def _content(path: Path) -> tuple[str, int]:
    """The text and the mode of one and the same file. Links are followed: that is how secrets are mounted."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(MAX_FILE + 1)
    except OSError as fault:
        raise KeyFileError(f"{path} cannot be read: {fault.strerror}") from fault
    if len(content) > MAX_FILE:
        raise KeyFileError(f"{path} is too long for a file of keys")
    try:
        return content.decode(), mode
    except UnicodeDecodeError:
        raise KeyFileError(f"{path} is not plain text") from None


def _keys_of(document: object) -> list[dict[str, object]]:
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
        raise ValueError('it takes {"keys": [...]} with an object for each key')
    if not keys:
        raise ValueError("it holds no keys")
    return keys


def _kid(member: dict[str, object]) -> str:
    kid = member.get("kid")
    if not isinstance(kid, str) or not KID.fullmatch(kid):
        raise _UnfitError("has no usable kid: 1 to 128 visible ASCII characters, no spaces")
    return kid


def _key(member: dict[str, object], public: set[str]) -> IdentityKey:
    if "d" in member:
        raise _UnfitError("is a private key (d): keep it on your own server, and give only the public half")
    if member.get("use", "sig") != "sig":
        raise _UnfitError("is for another use than signatures (use is not sig)")
    operations = member.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        raise _UnfitError("is not for checking signatures (key_ops lacks verify)")
    kind = member.get("kty")
    if kind == "OKP":
        return _public_key(member)
    if kind == "oct":
        return _shared_secret(member, public)
    raise _UnfitError("is neither an Ed25519 public key (kty OKP) nor a secret (kty oct)")


def _public_key(member: dict[str, object]) -> IdentityKey:
    _only_for(member, EDDSA)
    raw = _bytes(member, "x")
    if member.get("crv") != "Ed25519" or len(raw) != 32 or "k" in member:
        raise _UnfitError("is not an Ed25519 public key (crv Ed25519, x of 32 bytes)")
    if not _sound(raw):
        raise _UnfitError("is not a sound Ed25519 public key: no key pair has this x")
    key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": str(member["x"])})
    return IdentityKey(key, EDDSA)


def _shared_secret(member: dict[str, object], public: set[str]) -> IdentityKey:
    _only_for(member, HS256)
    raw = _bytes(member, "k")
    if len(raw) < 32:
        raise _UnfitError("is too short; a secret has at least 256 bits (k of 32 bytes)")
    if member["k"] in public:
        raise _UnfitError("has the x of a public key as its secret: everybody may know that")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", SecurityWarning)
            return IdentityKey(OctKey.import_key(raw), HS256)
    except (ValueError, SecurityWarning):
        raise _UnfitError(
            "has a public key or a certificate as its secret: everybody may know that"
        ) from None


def _only_for(member: dict[str, object], algorithms: frozenset[str]) -> None:
    if "alg" in member and member["alg"] not in sorted(algorithms):
        raise _UnfitError(f"is for another alg than {' or '.join(sorted(algorithms))}")


def _bytes(member: dict[str, object], name: str) -> bytes:
    value = member.get(name)
    try:
        return decode(value) if isinstance(value, str) else b""
    except FairwellError:
        raise _UnfitError(f"is garbled: its {name} is not base64url (without =)") from None


def _sound(raw: bytes) -> bool:
    """Whether this is a point of the curve, spelt as RFC 8032 spells it, and not one of small order.

    With one of those eight as public key, such as a placeholder of zeros, anybody can make signatures.
    """
    y = int.from_bytes(raw, "little") & (1 << 255) - 1
    square = y * y
    x_square = (square - 1) * pow(_D * square + 1, -1, _PRIME)
    # Of order 1 and 2: y = 1, -1. Of order 4: y = 0. Of order 8: where doubling the point leads to y = 0.
    small = y * (square - 1) * (_D * square * square + 2 * square - 1) % _PRIME == 0
    return y < _PRIME and not small and pow(x_square, (_PRIME - 1) // 2, _PRIME) == 1


def strict_json(text: str) -> object:
    """JSON without what is not JSON (NaN) and without a member given twice. Raises `ValueError`."""
    return json.loads(text, parse_constant=_not_json, object_pairs_hook=_once)


def _not_json(constant: str) -> object:
    raise ValueError(f"{constant} is not JSON")


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is given twice")
    return members
