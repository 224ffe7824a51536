from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.customers import Member, Role, is_email, normalise_phone

E164 = st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True)


@pytest.mark.parametrize(
    "written",
    [
        "+4930123456",
        "4930123456",  # as platforms write it
        "004930123456",
        "+49 30 123456",
        "+49 (30) 123-456",
        "+49.30.123.456",
        "+49/30/123456",
        "  +49 30 123456\n",
        "+49\u00a030\u202f123456",  # spaces that do not break
        "+49 30\u2011123456",  # a hyphen that does not break
        "+49\u201330\u2014123456",
        "\uff0b\uff14\uff19\uff13\uff10\uff11\uff12\uff13\uff14\uff15\uff16",  # full width
    ],
)
def test_a_number_is_one_however_it_is_written(written: str) -> None:
    """Plus or 00 or neither, and with whatever people put between digits."""
    assert normalise_phone(written) == "+4930123456"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "+",
        "00",
        "030 123456",  # whose country should it be?
        "+030123456",
        "00030123456",
        "+123456",  # too short for any country
        "+1234567890123456",  # longer than E.164 allows
        "++4930123456",
        "+49+30123456",
        "+49 30 CALLME",
        "+49 30 123456 ext. 7",
        "ada@example.com",
        "+\u0664\u0669\u0663\u0660\u0661\u0662\u0663\u0664\u0665\u0666",  # digits that are not ASCII
    ],
)
def test_what_is_no_number_is_none(written: str) -> None:
    """Nothing is guessed: a number taken for another one's would show somebody else's account."""
    assert normalise_phone(written) is None


@pytest.mark.parametrize("digits", ["1234567", "123456789012345"])
def test_the_shortest_and_the_longest_number(digits: str) -> None:
    """Seven digits to fifteen, the limit of E.164."""
    assert normalise_phone(digits) == f"+{digits}"


@given(E164)
def test_what_is_normal_stays_as_it_is(number: str) -> None:
    """And comes out of every way to write its beginning."""
    digits = number.removeprefix("+")
    assert {normalise_phone(form) for form in (number, digits, f"00{digits}")} == {number}


@given(st.text())
def test_whatever_comes_out_is_normal(text: str) -> None:
    """Of any text at all: None, or a number that stays the same when it is put in again."""
    number = normalise_phone(text)
    assert number is None or normalise_phone(number) == number


@pytest.mark.parametrize(("role", "decides"), [(Role.BILLING, True), (Role.MEMBER, False)])
def test_who_may_decide_for_an_account(role: Role, decides: bool) -> None:
    """Who has to do with its bills does, who only uses it does not."""
    assert Member("p_1", "ada", "Bob", "bob@example.com", role).may_decide is decides


@pytest.mark.parametrize(
    ("written", "is_one"),
    [("bob@example.com", True), ("b\u00f6b@example.com", True), ("b\0b@example.com", False)]
    + [(f"bob@exa{char}mple.com", False) for char in ("\0", "\x1b", "\x7f", " ", "\n")],
)
def test_an_address_has_no_control_characters(written: str, is_one: bool) -> None:
    """No mail server takes them, and not every database does."""
    assert is_email(written) is is_one
