"""Time-based codes of six digits for staff, as every authenticator makes them (RFC 6238)."""

from __future__ import annotations

from datetime import datetime

import pyotp

_SECONDS = 30
_DIGITS = 6


class Totp:
    """Implements `ports.SecondFactors`: SHA-1, six digits, thirty seconds; all of them can do that."""

    def secret(self) -> str:
        """160 random bits in base32."""
        return pyotp.random_base32()

    def uri(self, secret: str, account: str, issuer: str) -> str:
        """What the QR code says."""
        return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)

    def step(self, secret: str, code: str, now: datetime) -> int | None:
        """One step before and after now: clocks differ, and people type (RFC 6238, 5.2)."""
        digits = "".join(char for char in code if char.isascii() and char.isdigit())
        if len(digits) != _DIGITS:
            return None
        here = int(now.timestamp()) // _SECONDS
        totp = pyotp.TOTP(secret)
        for step in (here, here - 1, here + 1):
            if pyotp.utils.strings_equal(totp.generate_otp(step), digits):
                return step
        return None
