"""The receipt: what it states, and its signed form with disclosures (P6).

The signed payload follows RFC 9901 (Selective Disclosure for JWTs) in its `_sd` form: personal facts stand in
it as SHA-256 digests of salted disclosures that are kept beside it. Erasing a customer deletes the
disclosures; the signature over the digests still holds.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from bot.domain.cancellations import OperationKind
from bot.domain.errors import ReceiptInvalidError
from bot.domain.money import Money

#: Facts that identify or quote a person: signed as salted digests, so that they can be erased.
PERSONAL_FIELDS = ("customer", "customer_name", "subscription_ref", "words")


class RevocationReason(StrEnum):
    """Why a key that receipts were signed with was revoked: two of the values of OpenID Federation 1.0, 8.7.

    Its third, "superseded", is our rotation, and what a rotated key has signed goes on counting.
    """

    COMPROMISED = "compromised"
    UNSPECIFIED = "unspecified"


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """Everything a receipt states. Times are UTC; `words` is the declaration, codes and cards masked.

    `until` is the end of a pause, where that is known; no other kind has one.
    """

    number: str
    kind: OperationKind
    company: str
    customer_ref: str
    customer_name: str
    subscription_ref: str
    plan_name: str
    generation: int
    words: str
    received_at: datetime
    carried_out_at: datetime
    effective_at: datetime
    charged: Money
    refunded: Money
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as kept: the compact JWS and the disclosures, which erasure deletes.

    `number` is what people quote; it is unique and says nothing about the customer.
    """

    number: str
    kind: OperationKind
    operation_id: str
    customer_ref: str | None
    subscription_ref: str
    plan_name: str
    received_at: datetime
    carried_out_at: datetime
    effective_at: datetime
    jws: str
    disclosures: tuple[str, ...]
    locale: str = "en"


def payload_of(facts: ReceiptFacts, salts: Mapping[str, str]) -> tuple[bytes, tuple[str, ...]]:
    """The canonical bytes to sign and the disclosures that belong beside them.

    `salts` holds 128 random bits, base64url, for each of `PERSONAL_FIELDS` (RFC 9901, 4.2.1).
    """
    personal = {
        "customer": facts.customer_ref,
        "customer_name": facts.customer_name,
        "subscription_ref": facts.subscription_ref,
        "words": facts.words,
    }
    disclosures = tuple(disclosure(salts[name], name, personal[name]) for name in PERSONAL_FIELDS)
    claims = {
        "_sd": sorted(digest(item) for item in disclosures),
        "_sd_alg": "sha-256",
        "carried_out_at": timestamp(facts.carried_out_at),
        "charged": {"currency": facts.charged.currency, "minor": facts.charged.minor},
        "effective_at": timestamp(facts.effective_at),
        "generation": facts.generation,
        "iss": facts.company,
        "kind": facts.kind.value,
        "number": facts.number,
        "plan": facts.plan_name,
        "received_at": timestamp(facts.received_at),
        "refunded": {"currency": facts.refunded.currency, "minor": facts.refunded.minor},
        # Left out where there is none: what was signed before pauses were known keeps its form.
        **({"until": timestamp(facts.until)} if facts.until is not None else {}),
    }
    return canonical_json(claims), disclosures


def kid_of(jws: str) -> str:
    """The name of the key a receipt is signed with. Raises `ReceiptInvalidError` where none is named."""
    try:
        kid = json.loads(decode(jws.partition(".")[0]))["kid"]
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        raise ReceiptInvalidError("the header names no key") from fault
    return str(kid)


def disclosure(salt: str, name: str, value: str) -> str:
    """One disclosure: base64url of `[salt, name, value]` (RFC 9901, 4.2.1)."""
    return encode(canonical_json([salt, name, value]))


def digest(disclosed: str) -> str:
    """The digest that stands for a disclosure in the signed payload (RFC 9901, 4.2.3)."""
    return encode(hashlib.sha256(disclosed.encode("ascii")).digest())


def open_disclosures(payload: bytes, disclosures: Sequence[str]) -> tuple[dict[str, object], dict[str, str]]:
    """Reads a signed payload and checks each disclosure against its digest.

    Returns the signed claims and the personal fields that are disclosed. Raises `ReceiptInvalidError` when
    the payload is not in the canonical form we sign, a disclosure is not, or one of them is not part of it.
    """
    claims = _canonical_object(payload)
    signed = claims.get("_sd")
    if not isinstance(signed, list) or claims.get("_sd_alg") != "sha-256":
        raise ReceiptInvalidError("the payload holds no digests")
    personal: dict[str, str] = {}
    for item in disclosures:
        if not item.isascii() or digest(item) not in signed:
            raise ReceiptInvalidError("a disclosure is not part of this receipt")
        name, value = _read_disclosure(item)
        if name in personal:
            raise ReceiptInvalidError("a field is disclosed twice")
        personal[name] = value
    return claims, personal


def _read_disclosure(item: str) -> tuple[str, str]:
    parts = _canonical(decode(item), "a disclosure")
    if not (isinstance(parts, list) and len(parts) == 3 and all(isinstance(part, str) for part in parts)):
        raise ReceiptInvalidError("a disclosure is not [salt, name, value]")
    return parts[1], parts[2]


def _canonical_object(payload: bytes) -> dict[str, object]:
    claims = _canonical(payload, "the payload")
    if not isinstance(claims, dict):
        raise ReceiptInvalidError("the payload is not a JSON object")
    return claims


def _canonical(raw: bytes, what: str) -> object:
    try:
        value: object = json.loads(raw)
        canonical = canonical_json(value)  # fails for a lone surrogate: JSON can spell it, UTF-8 cannot
    except (ValueError, RecursionError) as fault:
        raise ReceiptInvalidError(f"{what} is not JSON") from fault
    if canonical != raw:
        raise ReceiptInvalidError(f"{what} is not in canonical form")
    return value


def canonical_json(value: object) -> bytes:
    """JSON with sorted keys, no white space and UTF-8: one value, one spelling (a subset of RFC 8785).

    Raises `ValueError` for what has no such spelling: NaN, infinities, lone surrogates.
    """
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def encode(raw: bytes) -> str:
    """base64url without padding (RFC 7515, 2)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """The bytes of a canonical base64url text; any other spelling of the same bytes is refused.

    Raises `ReceiptInvalidError`.
    """
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError as fault:
        raise ReceiptInvalidError("not base64url") from fault
    if encode(raw) != text:
        raise ReceiptInvalidError("not the canonical base64url spelling")
    return raw


def timestamp(at: datetime) -> str:
    """A time as receipts state it: UTC, whole seconds, RFC 3339."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
