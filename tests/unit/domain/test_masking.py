from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.masking import DOTS, veiled, veiled_name

ADA = ("Ada Lovelace", "ada@lovelace.example", "+491701234567")


@pytest.mark.parametrize(
    "personal",
    [
        "ada@example.com", "ada.l+chat@mail.example.co.uk", "ädä@bücher.example",
        "+49 170 1234567", "0170/1234567", "+49 (0)30 123 45-67", "0044 20 7946 0958", "01.70.12.34.56",
        "(555) 123-4567", "555-123-4567",
        "DE89 3704 0044 0532 0130 00", "DE89370400440532013000", "de89 3704 0044 0532 0130 00",
        "Lindenstraße 12a", "Berliner Allee 7", "Marktplatz 3",
        "10115 Berlin", "221b Baker Street", "10 Main St.", "SW1A 1AA",
    ],
)  # fmt: skip
def test_what_looks_personal_is_dots(personal: str) -> None:
    """Whoever it belongs to; what is around it stays."""
    assert veiled(f"It is {personal}, thanks") == f"It is {DOTS}, thanks"


@pytest.mark.parametrize(
    "plain",
    [
        "Cancel my Pro plan on 01.02.2026, please", "Until 31/12/2026.", "2026-03-10 at 08:30",
        "Receipt R-7K4M-2Q9X of 12.00 EUR", "I have 3 plans since 2024", "That is 12 euros too much",
    ],
)  # fmt: skip
def test_what_is_needed_to_help_stays(plain: str) -> None:
    """Days, prices and the numbers of receipts."""
    assert veiled(plain) == plain


def test_what_is_known_of_the_customer_is_dots() -> None:
    """Their name, whole or in part and however it is written; nothing that only contains it."""
    text = "Hello ADA, is Lovelace's number +491701234567? The adapter is fine."
    assert veiled(text, ADA) == f"Hello {DOTS}, is {DOTS}'s number {DOTS}? The adapter is fine."
    assert veiled("Hello Ada Lovelace", ADA) == f"Hello {DOTS}"
    assert "lovelace" not in veiled("ada@lovelace.example", ADA)


def test_a_name_is_never_a_pattern() -> None:
    """Whatever stands in it."""
    assert veiled("abc (.*) xyz", ("(.*)",)) == f"abc {DOTS} xyz"
    assert veiled("abc", ("", " ", "...")) == "abc"


@pytest.mark.parametrize("piece", ["A.", "A-", "a@", "Ab ", "1 (", "AB12 ", "aB'-"])
def test_no_text_makes_it_slow(piece: str) -> None:
    """As long as no message is: what grew with the square of it would take minutes (ReDoS)."""
    text = piece * (40_000 // len(piece))
    assert len(veiled(text, ADA)) <= len(text)


@given(st.text(), st.lists(st.text(max_size=20), max_size=3))
def test_what_is_hidden_stays_hidden(text: str, known: list[str]) -> None:
    """Hiding again changes nothing more, and no address is ever left."""
    once = veiled(text, known)
    assert veiled(f"{text} ada@example.com", known).endswith(f" {DOTS}")
    assert veiled(once) == once


def test_names_are_told_apart_by_their_first_letters() -> None:
    """And no name is still something."""
    assert veiled_name("Ada Lovelace") == f"A{DOTS} L{DOTS}"
    assert veiled_name(" ") == DOTS
