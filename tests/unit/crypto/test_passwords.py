from __future__ import annotations

import unicodedata

import pytest

from bot.crypto.passwords import LONGEST, SHORTEST, Argon2Passwords

GOOD = "seven lanterns under water"
ABOUT = ("ada@example.com", "ada", "example.com", "Lovelace", "Lantern Notes", "fairwell")


@pytest.fixture(scope="module")
def passwords() -> Argon2Passwords:
    """With parameters that cost a test nothing."""
    return Argon2Passwords(time_cost=1, memory_kib=8)


def test_a_password_is_recognised_by_its_hash(passwords: Argon2Passwords) -> None:
    """Each hash has a salt of its own."""
    first, second = passwords.hash(GOOD), passwords.hash(GOOD)
    assert first != second
    assert first.startswith("$argon2id$")
    assert passwords.verify(first, GOOD)
    assert not passwords.verify(first, GOOD + " ")


def test_nobody_has_no_password(passwords: Argon2Passwords) -> None:
    """None is right, not even an empty one; what is no hash is no fault."""
    assert not passwords.verify(None, GOOD)
    assert not passwords.verify(None, "")
    assert not passwords.verify("", "")
    assert not passwords.verify("not a hash", GOOD)


def test_parameters_are_those_owasp_asks_for() -> None:
    """Argon2id with 19 MiB and two passes; a hash made with less is outdated."""
    real, cheap = Argon2Passwords(), Argon2Passwords(time_cost=1, memory_kib=8)
    assert "$m=19456,t=2,p=1$" in real.hash(GOOD)
    assert real.outdated(cheap.hash(GOOD))
    assert not real.outdated(real.hash(GOOD))
    assert real.verify(cheap.hash(GOOD), GOOD)


def test_the_same_letters_are_the_same_password(passwords: Argon2Passwords) -> None:
    """Keyboards of different makers write ä as one sign or as two."""
    whole, apart = (unicodedata.normalize(form, "zwölf Bären am Fluß") for form in ("NFC", "NFD"))
    assert whole != apart
    assert passwords.verify(passwords.hash(whole), apart)
    assert passwords.verify(passwords.hash(apart), whole)


def test_too_long_a_password_is_compared_with_nothing(passwords: Argon2Passwords) -> None:
    """The longest one is itself, and not the beginning of another."""
    longest = "x" * LONGEST
    kept = passwords.hash(longest)
    assert passwords.verify(kept, longest)
    assert not passwords.verify(kept, longest + "y")


@pytest.mark.parametrize(
    "password",
    [
        "password123", "1234567890", "qwertyuiop", "iloveyou12", "aaaaaaaaaaaa", "abcdefghijkl", "Passw0rd!!",
        "ada@example.com", "adalovelace", "lantern notes", "Fairwell2026", "2026-11-27", "p@ssw0rd2024",
        "passwort123",
    ],
)  # fmt: skip
def test_what_would_be_guessed_is_refused(passwords: Argon2Passwords, password: str) -> None:
    """Common ones, rows of keys, repetitions, dates, and what belongs to their owner or the company."""
    said = passwords.weakness(password, ABOUT)
    assert said is not None
    assert said.endswith("Take a few words that do not belong together.")


@pytest.mark.parametrize(
    "password", [GOOD, "Kühe fliegen selten nachts", "vT9#kQ2!xLw", "x7" * 3 + " correct horse"]
)
def test_what_would_not_be_guessed_is_taken(passwords: Argon2Passwords, password: str) -> None:
    """A few words will do; no rule asks for digits or signs."""
    assert passwords.weakness(password, ABOUT) is None


def test_length_is_said_as_a_number(passwords: Argon2Passwords) -> None:
    """What is asked for, not only that it is not met."""
    assert passwords.weakness("vT9#kQ2!x", ABOUT) == f"Take at least {SHORTEST} characters."
    assert passwords.weakness("a b c d " * 40, ABOUT) == f"Take at most {LONGEST} characters."


def test_what_is_not_known_about_somebody_makes_nothing_weak(passwords: Argon2Passwords) -> None:
    """An empty name is in every password."""
    assert passwords.weakness(GOOD, ("", "", "fairwell")) is None
