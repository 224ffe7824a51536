"""Signatures, digests and identity tokens; the keys stay behind these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class ReceiptSigner(Protocol):
    """Signs receipts and hands out the keys to their pages."""

    def sign(self, payload: bytes) -> str:
        """The compact JWS (EdDSA, with `kid`) over `payload`."""
        ...

    def salt(self) -> str:
        """128 random bits, base64url, for one disclosure."""
        ...

    def page_key(self, number: str) -> str:
        """The key without which the receipt's page does not exist; derived, never stored."""
        ...


class Hasher(Protocol):
    """Keyed one-way forms of secrets, under a key outside the database."""

    def digest(self, purpose: str, value: str) -> str:
        """The same for the same purpose and value; without our key nobody can search for it."""
        ...

    def matches(self, purpose: str, value: str, digest: str) -> bool:
        """Compares in constant time."""
        ...


@dataclass(frozen=True, slots=True)
class IdentityClaim:
    """What a verified identity token says. `expires_at` is the token's own end, UTC."""

    customer_ref: str
    token_id: str
    expires_at: datetime


class IdentityTokens(Protocol):
    """Checks the identity tokens a company's own server makes for its signed-in customers."""

    def verify(self, token: str) -> IdentityClaim:
        """Raises `IdentityInvalidError`. Using a token up is the caller's work."""
        ...
