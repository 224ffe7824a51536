"""Keyed one-way forms, so that a copy of the database alone gives no secret and no address away."""

from __future__ import annotations

import hashlib
import hmac


class HmacHasher:
    """HMAC-SHA256 under one key; the purpose is hashed too, so digests of two purposes never meet."""

    def __init__(self, key: bytes) -> None:
        if len(key) < 32:
            raise ValueError("the key of a hasher has at least 256 bits")
        self._key = key

    def digest(self, purpose: str, value: str) -> str:
        """64 hexadecimal digits."""
        name = purpose.encode()
        # The length first: ("a", "bc") and ("ab", "c") must differ.
        message = len(name).to_bytes(4, "big") + name + value.encode()
        return hmac.new(self._key, message, hashlib.sha256).hexdigest()

    def matches(self, purpose: str, value: str, digest: str) -> bool:
        """Compares in constant time."""
        return hmac.compare_digest(self.digest(purpose, value).encode(), digest.encode())
