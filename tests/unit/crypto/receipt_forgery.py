"""A receipt, the key it is signed with, and means to sign what should never have been signed."""

from __future__ import annotations

from typing import Any

import pytest
from joserfc.jwk import OKPKey

from bot.crypto.receipt_signing import Ed25519ReceiptSigner
from bot.crypto.receipt_verification import verify_receipt
from bot.domain.errors import ReceiptInvalidError
from bot.domain.receipts import canonical_json, decode, encode
from tests.unit.crypto.support import issue

# Always the same one: it shows in the names of tests, by which several processes share them out.
KEY = OKPKey.import_key(
    {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": "_kV6dlP2Do-u_SG4nNohR5PPYa9zhyFToRKPmtN8P00",
        "d": "ZmFpcndlbGwncyBrZXksIGZvciB0ZXN0cyBvbmx5ISE",
    }
)
SIGNER = Ed25519ReceiptSigner([KEY.as_pem(private=True).decode()], b"p" * 32)
JWKS: dict[str, Any] = SIGNER.jwks()
RECEIPT: dict[str, Any] = issue(SIGNER)
COMPACT: str = RECEIPT["jws"]
BYTES = canonical_json(RECEIPT)
HEADER = {"alg": "EdDSA", "kid": SIGNER.kid, "typ": "fairwell-receipt+jwt"}
PAYLOAD = decode(COMPACT.split(".")[1])


def refused(document: dict[str, Any] | bytes, jwks: dict[str, Any] | bytes = JWKS) -> str:
    """Checks that a receipt is refused; returns what is said about it."""
    with pytest.raises(ReceiptInvalidError) as fault:
        verify_receipt(document, jwks)
    return str(fault.value)


def signed_as(header: bytes, payload: bytes = PAYLOAD) -> dict[str, Any]:
    """A receipt signed with our own key, header and payload byte for byte as given."""
    signed = f"{encode(header)}.{encode(payload)}"
    key: Any = KEY.get_op_key("sign")
    return {"jws": f"{signed}.{encode(key.sign(signed.encode()))}", "disclosures": RECEIPT["disclosures"]}


def header_with(**members: object) -> bytes:
    """The header in canonical form, with other members."""
    return canonical_json({**HEADER, **members})
