"""Signs receipts (P6) and makes the keys to their pages."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from joserfc import jws

from bot.crypto.receipt_jws import ALGORITHM, ReceiptRegistry, header
from bot.crypto.receipt_keys import ReceiptKeys, fixed
from bot.domain.receipts import encode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.crypto.receipt_keys import Revocation


class Ed25519ReceiptSigner:
    """Signs with the key that signs at the time; all that count are published, those revoked apart from them.

    `keys` are Ed25519 private keys in PEM, newest first, or what gives the keys as they stand now, such as a
    `KeyFolder`. `page_key` is the 256-bit secret that keys to receipt pages are derived from. Raises
    `KeyFileError` when one of the keys is of another kind.
    """

    def __init__(self, keys: Sequence[str] | Callable[[], ReceiptKeys], page_key: bytes) -> None:
        if not keys or len(page_key) < 32:
            raise ValueError("signing receipts takes at least one key, and 256 bits for their pages")
        self._page_key = page_key
        self._keys: Callable[[], ReceiptKeys]
        if callable(keys):
            self._keys = keys
        else:
            unchanging = ReceiptKeys(fixed(keys), datetime.now(UTC))
            self._keys = lambda: unchanging

    @property
    def kid(self) -> str:
        """The name of the key that signs now."""
        return self._keys().signing.kid

    def sign(self, payload: bytes) -> str:
        """The compact JWS (EdDSA, with `kid`) over `payload`."""
        key = self._keys().signing
        return jws.serialize_compact(
            header(key.kid), payload, key.private, algorithms=[ALGORITHM], registry=ReceiptRegistry()
        )

    def salt(self) -> str:
        """128 random bits, base64url, for one disclosure."""
        return encode(secrets.token_bytes(16))

    def page_key(self, number: str) -> str:
        """The key without which the receipt's page does not exist: derived from its number, never stored."""
        return encode(hmac.new(self._page_key, f"receipt-page:{number}".encode(), hashlib.sha256).digest())

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The public keys (RFC 7517), the signing one first; old ones stay, so that old receipts verify."""
        return self._keys().jwks()

    def revoked_jwks(self) -> dict[str, list[dict[str, Any]]]:
        """The keys whose signatures count no more, each with when and why."""
        return self._keys().revoked_jwks()

    def revocation(self, kid: str) -> Revocation | None:
        """Since when, and why, nothing signed with a key counts any more; None where it does."""
        return self._keys().revocation(kid)
