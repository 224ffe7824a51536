from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from bot.crypto.sealing import FernetSealer, SealBrokenError

KEYS = tuple(Fernet.generate_key().decode() for _ in range(2))
SEALER = FernetSealer(KEYS)
SEALED = SEALER.seal("123456")


@given(st.text())
def test_what_is_sealed_opens(text: str) -> None:
    """Any text comes back as it was, and its sealed form neither shows it nor repeats itself."""
    sealed = SEALER.seal(text)
    assert SEALER.open(sealed) == text
    assert sealed != SEALER.seal(text)
    assert sealed.isascii()


def test_old_keys_open_and_the_newest_seals() -> None:
    """After a new key is added, what was sealed before still opens; the old key alone cannot open the new."""
    new, old = KEYS
    assert SEALER.open(FernetSealer([old]).seal("a code")) == "a code"
    assert FernetSealer([new]).open(SEALER.seal("a code")) == "a code"
    with pytest.raises(SealBrokenError):
        FernetSealer([old]).open(SEALER.seal("a code"))


# The last characters hold bits that base64 ignores.
@given(st.integers(0, len(SEALED) - 4), st.sampled_from("Az09-_"))
def test_an_altered_seal_does_not_open(at: int, char: str) -> None:
    """Encryption is authenticated: a changed character is noticed."""
    altered = SEALED[:at] + (char if SEALED[at] != char else "B") + SEALED[at + 1 :]
    with pytest.raises(SealBrokenError):
        SEALER.open(altered)


@given(st.text())
def test_anything_else_does_not_open(text: str) -> None:
    """Whatever a column holds, the fault is the one that callers know."""
    with pytest.raises(SealBrokenError):
        SEALER.open(text)


def test_a_key_of_another_kind_is_refused() -> None:
    """At the start, not at the first message."""
    with pytest.raises(SealBrokenError, match="not a Fernet key"):
        FernetSealer(["no key"])
