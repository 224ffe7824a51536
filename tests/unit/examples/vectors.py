"""Receipts as issued, and all that must not pass for one: the same for our own command and for strangers."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.crypto.keys import KeyRing
from bot.crypto.receipt_jws import first_segment
from bot.crypto.receipt_keys import KeyFolder
from bot.crypto.receipt_rotation import revoke, rotate
from bot.crypto.receipt_signing import Ed25519ReceiptSigner
from bot.domain.cancellations import OperationKind
from bot.domain.money import Money
from bot.domain.receipts import ReceiptFacts, RevocationReason, canonical_json, decode, encode
from tests.unit.crypto.support import FACTS, NOON, SetClock, issue

Document = dict[str, Any]
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@dataclass(frozen=True)
class Vectors:
    """A receipt, the public keys and the revoked ones, what must be accepted and what refused, by name."""

    receipt: Document
    keys: Document
    revoked: Document
    good: dict[str, Document]
    bad: dict[str, Document]


def make(folder: Path) -> Vectors:
    """Signs with a key that is then revoked, one that is then rotated, and the one that came last."""
    ring = KeyRing(folder)

    def signer() -> Ed25519ReceiptSigner:
        return Ed25519ReceiptSigner(KeyFolder(ring, SetClock()), b"p" * 32)

    stolen, kid = issue(signer()), signer().kid
    rotate(ring, NOON, timedelta(0))
    rotated = issue(signer())
    rotate(ring, NOON, timedelta(0))
    revoke(ring, kid, NOON, RevocationReason.COMPROMISED)
    receipt: Document = issue(signer())
    good = {
        "as issued": receipt,
        "rotated old key": rotated,
        "erased": {**receipt, "disclosures": []},
        "erased in part": {**receipt, "disclosures": receipt["disclosures"][:1]},
        **{f"kind {kind.value}": issue(signer(), _facts(kind)) for kind in OperationKind},
    }
    foreign = Ed25519ReceiptSigner(KeyFolder(KeyRing(folder / "elsewhere"), SetClock()), b"p" * 32)
    bad = {
        "revoked key": stolen,
        "somebody else's key": issue(foreign),
        **dict(_other_algorithms(receipt, signer().kid, signer().jwks()["keys"][0]["x"])),
        **dict(_other_spellings(receipt)),
        **dict(_altered_disclosures(receipt, rotated)),
    }
    return Vectors(receipt, signer().jwks(), signer().revoked_jwks(), good, bad)


def _facts(kind: OperationKind) -> ReceiptFacts:
    until = NOON + timedelta(days=60) if kind is OperationKind.PAUSE else None
    refunded = Money(1200 if kind is OperationKind.WITHDRAW else 0, "EUR")
    return replace(FACTS, kind=kind, until=until, refunded=refunded)


def _other_algorithms(receipt: Document, kid: str, x: str) -> Iterator[tuple[str, Document]]:
    """A header that asks to be checked in another way than ours (RFC 8725, 2.1)."""
    header, payload, signature = receipt["jws"].split(".")
    assert header == first_segment(kid)
    for alg in ("none", "None", "HS256", "ES256", "Ed25519"):
        other = encode(canonical_json({"alg": alg, "kid": kid, "typ": "fairwell-receipt+jwt"}))
        for name, end in (("kept", signature), ("without", "")):
            yield f"alg {alg}, signature {name}", {**receipt, "jws": f"{other}.{payload}.{end}"}
    hs256 = encode(canonical_json({"alg": "HS256", "kid": kid, "typ": "fairwell-receipt+jwt"}))
    for name, secret in (("raw", decode(x)), ("as text", x.encode())):
        tag = encode(hmac.digest(secret, f"{hs256}.{payload}".encode(), "sha256"))
        yield f"HS256 with the public key, {name}", {**receipt, "jws": f"{hs256}.{payload}.{tag}"}


def _other_spellings(receipt: Document) -> Iterator[tuple[str, Document]]:
    """The same bytes, spelt in another way."""
    jws = receipt["jws"]
    last = _BASE64[_BASE64.index(jws[-1]) ^ 1]  # of the last letter four bits say nothing
    for name, other in {
        "padding": jws + "=",
        "stray bits": jws[:-1] + last,
        "line break": jws + "\n",
        "line break inside": f"{jws[:40]}\n{jws[40:]}",
        "white space": f" {jws}",
        "one letter more": jws + "A",
        "a segment more": jws + ".",
        "a segment less": jws.rpartition(".")[0],
    }.items():
        yield name, {**receipt, "jws": other}
    first, *rest = receipt["disclosures"]
    yield "padding of a disclosure", {**receipt, "disclosures": [first + "=", *rest]}


def _altered_disclosures(receipt: Document, other: Document) -> Iterator[tuple[str, Document]]:
    """Another value, another name, another receipt's."""
    first, *rest = receipt["disclosures"]
    for at in range(len(first)):
        letter = _BASE64[(_BASE64.index(first[at]) + 1) % 64]
        changed = first[:at] + letter + first[at + 1 :]
        yield f"letter {at} of a disclosure", {**receipt, "disclosures": [changed, *rest]}
    made_up = encode(canonical_json(["salt", "customer", "somebody-else"]))
    yield "a disclosure made up", {**receipt, "disclosures": [made_up, *rest]}
    yield "another receipt's disclosures", {**receipt, "disclosures": other["disclosures"]}


def altered(receipt: Document) -> Iterator[Document]:
    """Each byte of the JWS, in turn, made another: each of the six bits of a letter, and a sign of none."""
    jws = receipt["jws"]
    for at, char in enumerate(jws):
        letters = "A-" if char == "." else [_BASE64[_BASE64.index(char) ^ 1 << bit] for bit in range(6)]
        for other in (*letters, "!"):
            yield {**receipt, "jws": jws[:at] + other + jws[at + 1 :]}
