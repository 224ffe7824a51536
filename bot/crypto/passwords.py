"""Passwords of staff: Argon2id, and a guess at how soon one would be guessed."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Sequence

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

#: NIST SP 800-63B asks for eight; twelve where a password stands alone. Longer than the last nobody types.
SHORTEST, LONGEST = 10, 256
#: zxcvbn's score: 3 withstands more than 10^8 guesses.
_SAFE = 3
#: What it reads: its cost grows with the square of the length.
_READ = 72


class Argon2Passwords:
    """Implements `ports.Passwords`. 19 MiB, two passes, one lane: OWASP's cheat sheet on passwords."""

    def __init__(self, *, time_cost: int = 2, memory_kib: int = 19_456) -> None:
        self._hasher = PasswordHasher(time_cost, memory_kib, parallelism=1)
        self._nobodys = self._hasher.hash(secrets.token_hex())

    def hash(self, password: str) -> str:
        """With a salt of its own, and the parameters it was made with."""
        return self._hasher.hash(_same(password))

    def verify(self, password_hash: str | None, password: str) -> bool:
        """The same work whether there is a hash or not."""
        # Longer than any password may be: then none that is kept is compared with its beginning.
        kept = password_hash if len(password) <= LONGEST else None
        try:
            self._hasher.verify(kept or self._nobodys, _same(password[:LONGEST]))
        except (VerificationError, InvalidHashError):
            return False
        return bool(kept)

    def outdated(self, password_hash: str) -> bool:
        """Whether it was made with other parameters."""
        return self._hasher.check_needs_rehash(password_hash)

    def weakness(self, password: str, about: Sequence[str]) -> str | None:
        """By zxcvbn's lists of common passwords, names and words, and what belongs to its owner."""
        if len(password) < SHORTEST:
            return f"Take at least {SHORTEST} characters."
        if len(password) > LONGEST:
            return f"Take at most {LONGEST} characters."
        found = zxcvbn(password[:_READ], user_inputs=[item for item in about if item])
        if found["score"] >= _SAFE:
            return None
        warning = str(found["feedback"]["warning"] or "").rstrip(".")
        return (
            f"{warning}. Take a few words that do not belong together."
            if warning
            else ("This would be guessed soon. Take a few words that do not belong together.")
        )


def _same(password: str) -> str:
    """Keyboards write one letter in several ways: NFKC, as NIST SP 800-63B asks for."""
    return unicodedata.normalize("NFKC", password)
