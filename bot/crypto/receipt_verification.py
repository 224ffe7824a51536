"""Checks a receipt offline, against nothing but the company's public keys (P6).

Everything has exactly one accepted spelling: whoever changes a single character, even to another encoding of
the same content, holds something that is not this receipt.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from bot.crypto.receipt_jws import ALGORITHM, CURVE, ReceiptRegistry, header, public_jwk
from bot.domain.errors import ReceiptInvalidError
from bot.domain.receipts import canonical_json, decode, open_disclosures

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Far more than any receipt takes; longer input is not looked at.
MAX_DOCUMENT = 256 * 1024


@dataclass(frozen=True, slots=True)
class VerifiedReceipt:
    """What a receipt proves: the signed claims, the personal fields disclosed beside them, the key's name.

    `personal` lacks what was erased.
    """

    claims: dict[str, object]
    personal: dict[str, str]
    kid: str


def verify_receipt(
    document: Mapping[str, object] | bytes, jwks: Mapping[str, object] | bytes
) -> VerifiedReceipt:
    """Verifies `{"jws": …, "disclosures": […]}` against a JWKS; both as objects or as JSON bytes.

    A key with a member `revoked`, as in `/.well-known/jwks-revoked.json`, proves nothing. Raises
    `ReceiptInvalidError`, with one line that says what is wrong, for anything that is not exactly as issued.
    """
    receipt = _object(document, "the receipt")
    if set(receipt) != {"jws", "disclosures"}:
        raise ReceiptInvalidError('a receipt holds "jws" and "disclosures" and nothing else')
    compact, disclosures = receipt["jws"], receipt["disclosures"]
    if not isinstance(compact, str) or not isinstance(disclosures, list):
        raise ReceiptInvalidError('"jws" is a text and "disclosures" a list')
    if not all(isinstance(item, str) for item in disclosures):
        raise ReceiptInvalidError("a disclosure is a text")
    kid = _kid(compact)
    payload = _signed_payload(compact, _key(kid, jwks))
    claims, personal = open_disclosures(payload, disclosures)
    return VerifiedReceipt(claims, personal, kid)


def _kid(compact: str) -> str:
    """The key's name from the header, once every segment has the one right spelling."""
    segments = compact.split(".")
    if len(compact) > MAX_DOCUMENT or len(segments) != 3:
        raise ReceiptInvalidError("the signature is not a compact JWS")
    raw, _, signature = (decode(segment) for segment in segments)
    if len(signature) != 64:
        raise ReceiptInvalidError("the signature has not the length of an Ed25519 signature")
    members = _object(raw, "the header")
    if members.get("alg") != ALGORITHM:
        raise ReceiptInvalidError(f"the receipt is not signed with {ALGORITHM}")
    kid = members.get("kid")
    # Byte for byte: no `jwk`, `jku`, `x5u` or `crit`, no other order, no white space.
    if not isinstance(kid, str) or raw != canonical_json(header(kid)):
        raise ReceiptInvalidError("the header is not that of a receipt")
    return kid


def _key(kid: str, jwks: Mapping[str, object] | bytes) -> OKPKey:
    keys = _object(jwks, "the key set").get("keys")
    if not isinstance(keys, list):
        raise ReceiptInvalidError('the key set has no list "keys"')
    named = [key for key in keys if isinstance(key, dict) and key.get("kid") == kid]
    if any("revoked" in key for key in named):
        raise ReceiptInvalidError(
            "the receipt is signed with a key that was revoked: it proves nothing any more"
        )
    if len(named) != 1:
        raise ReceiptInvalidError("the receipt is signed with a key that is not in the key set")
    x = named[0].get("x")
    if not isinstance(x, str) or len(decode(x)) != 32:
        raise ReceiptInvalidError("the key is not an Ed25519 key")
    key = OKPKey.import_key({"kty": "OKP", "crv": CURVE, "x": x})
    # Also refuses a key that goes by another's name: `kid` is the thumbprint of what is in it.
    if named[0] != public_jwk(key):
        raise ReceiptInvalidError("the key is not in the form in which receipt keys are published")
    return key


def _signed_payload(compact: str, key: OKPKey) -> bytes:
    try:
        return jws.deserialize_compact(
            compact, key, algorithms=[ALGORITHM], registry=ReceiptRegistry()
        ).payload
    except (JoseError, ValueError) as fault:
        raise ReceiptInvalidError("the signature does not fit the receipt") from fault


def _object(source: Mapping[str, object] | bytes, what: str) -> Mapping[str, object]:
    if not isinstance(source, bytes):
        return source
    if len(source) > MAX_DOCUMENT:
        raise ReceiptInvalidError(f"{what} is too long")
    try:
        value: Any = json.loads(source.decode(), object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError) as fault:
        raise ReceiptInvalidError(f"{what} is not JSON") from fault
    if not isinstance(value, dict):
        raise ReceiptInvalidError(f"{what} is not a JSON object")
    return value


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ReceiptInvalidError("a JSON member stands there twice")
    return members
