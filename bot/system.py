"""The real time and real randomness behind the `Clock` and `Ids` ports."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

#: Letters and digits that nobody confuses when reading a number out: no 0/O, no 1/I/L.
UNAMBIGUOUS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


class SystemClock:
    """This machine's clock."""

    def now(self) -> datetime:
        """Now, in UTC."""
        return datetime.now(UTC)


class SystemIds:
    """Identifiers from the operating system's random source."""

    def new(self, prefix: str) -> str:
        """Such as `c_7f…`, with 128 random bits in hexadecimal."""
        return f"{prefix}_{secrets.token_hex(16)}"

    def number(self, prefix: str) -> str:
        """Such as `R-4F7K-9M2Q`: 31⁸, about 850 thousand million; the caller keeps it unique."""
        first, second = ("".join(secrets.choice(UNAMBIGUOUS) for _ in range(4)) for _ in range(2))
        return f"{prefix}-{first}-{second}"

    def token(self) -> str:
        """256 random bits, URL-safe."""
        return secrets.token_urlsafe(32)

    def code(self) -> str:
        """Six digits, leading zeros included."""
        return f"{secrets.randbelow(1_000_000):06d}"
