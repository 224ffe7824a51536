"""Signs receipts (P6) and makes the keys to their pages."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc import jws
from joserfc.jwk import OKPKey

from bot.crypto.keys import KeyFileError
from bot.crypto.receipt_jws import ALGORITHM, ReceiptRegistry, header, public_jwk
from bot.domain.receipts import encode

if TYPE_CHECKING:
    from collections.abc import Sequence


class Ed25519ReceiptSigner:
    """Signs with the first of `keys`, Ed25519 private keys in PEM, newest first; all of them are published.

    `page_key` is the 256-bit secret that keys to receipt pages are derived from. Raises `KeyFileError` when
    one of the keys is of another kind.
    """

    def __init__(self, keys: Sequence[str], page_key: bytes) -> None:
        if not keys or len(page_key) < 32:
            raise ValueError("signing receipts takes at least one key, and 256 bits for their pages")
        self._keys = [_load(pem) for pem in keys]
        self._page_key = page_key

    @property
    def kid(self) -> str:
        """The name of the key that signs now."""
        return self._keys[0].thumbprint()

    def sign(self, payload: bytes) -> str:
        """The compact JWS (EdDSA, with `kid`) over `payload`."""
        return jws.serialize_compact(
            header(self.kid), payload, self._keys[0], algorithms=[ALGORITHM], registry=ReceiptRegistry()
        )

    def salt(self) -> str:
        """128 random bits, base64url, for one disclosure."""
        return encode(secrets.token_bytes(16))

    def page_key(self, number: str) -> str:
        """The key without which the receipt's page does not exist: derived from its number, never stored."""
        return encode(hmac.new(self._page_key, f"receipt-page:{number}".encode(), hashlib.sha256).digest())

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The public keys (RFC 7517), the signing one first; old ones stay, so that old receipts verify."""
        return {"keys": [public_jwk(key) for key in self._keys]}


def _load(pem: str) -> OKPKey:
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError) as fault:
        raise KeyFileError("a receipt-*.pem does not hold an unencrypted private key in PEM") from fault
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError("a receipt-*.pem holds a key of another kind than Ed25519")
    return OKPKey.import_key(pem)
