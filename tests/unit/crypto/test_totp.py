from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from bot.crypto.totp import Totp

#: The secret of the vectors in RFC 6238, appendix B, and their codes' last six digits.
SECRET = base64.b32encode(b"12345678901234567890").decode()
VECTORS = {
    59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037",
    20000000000: "353130",
}  # fmt: skip
STEP = timedelta(seconds=30)


def at(seconds: int) -> datetime:
    """So many seconds after 1970."""
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize("seconds", VECTORS)
def test_codes_are_those_of_the_standard(seconds: int) -> None:
    """Leading zeros included; and what is returned is the step they belong to."""
    assert Totp().step(SECRET, VECTORS[seconds], at(seconds)) == seconds // 30


def test_clocks_may_be_one_step_apart() -> None:
    """Half a minute, no more; the step says which one it was, so that none is taken twice."""
    now = at(1234567890)
    found = [Totp().step(SECRET, "005924", now + STEP * steps) for steps in (-2, -1, 0, 1, 2)]
    assert found == [None, 41152263, 41152263, 41152263, None]


def test_a_code_may_be_typed_with_spaces() -> None:
    """As authenticators show it."""
    assert Totp().step(SECRET, " 005 924 ", at(1234567890)) is not None


@pytest.mark.parametrize(
    "code", ["", "005925", "05924", "0005924", "00592", "٠٠٥٩٢٤", "x" * 5000, "005924005924"]
)
def test_what_is_no_code_is_wrong(code: str) -> None:
    """Shorter, longer, other digits: never a fault."""
    assert Totp().step(SECRET, code, at(1234567890)) is None


def test_secrets_are_long_and_never_the_same() -> None:
    """160 bits, as RFC 4226 asks for."""
    made = {Totp().secret() for _ in range(50)}
    assert len(made) == 50
    assert {len(base64.b32decode(secret)) for secret in made} == {20}


def test_an_authenticator_shows_company_and_person() -> None:
    """Whatever signs are in their names."""
    found = urlsplit(Totp().uri(SECRET, "ada+x@example.com", "Lantern & Notes · Fairwell"))
    assert (found.scheme, found.netloc) == ("otpauth", "totp")
    assert unquote(found.path) == "/Lantern & Notes · Fairwell:ada+x@example.com"
    asked = parse_qs(found.query)
    assert (asked["secret"], asked["issuer"]) == ([SECRET], ["Lantern & Notes · Fairwell"])
