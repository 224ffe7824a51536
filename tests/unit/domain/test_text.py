from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text import Masked, is_command, mask, mask_secrets, normalise

INVISIBLE = [
    chr(point)
    for point in range(sys.maxunicode + 1)
    if chr(point).isspace() or unicodedata.category(chr(point)) in {"Cf", "Cc", "Zs", "Zl", "Zp"}
]
FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180f\u2800\u3164\uffa0\ufe00\ufe0f\U000e0100\u0301"


def test_every_white_space_and_format_character_before_a_slash_is_seen_through() -> None:
    """All of them that Unicode has, alone and together: what follows is still a slash command."""
    for char in INVISIBLE:
        assert is_command(normalise(f'{char}/cancel{{"customer":"demo-multi"}}')), hex(ord(char))
    assert is_command(normalise("".join(INVISIBLE) + "/cancel"))


def test_blank_letters_before_a_slash_are_seen_through_too() -> None:
    """Characters that take part in words by their class, but show nothing."""
    for char in FILLERS:
        assert is_command(normalise(f"{char}/cancel")), hex(ord(char))


def test_a_full_width_slash_is_a_slash() -> None:
    """NFKC makes one of it."""
    assert is_command(normalise("／cancel"))
    assert is_command(normalise("\u2800\t\u2215cancel"))
    assert is_command(normalise("\u3000／cancel"))


@pytest.mark.parametrize("text", ["", "cancel", "and/or", "I want /cancel", "1/2", "\ufe0f", "ó/"])
def test_other_texts_are_no_commands(text: str) -> None:
    """A slash later in the text is just a slash."""
    assert not is_command(normalise(text))


@given(st.text(st.characters(), max_size=80))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    """One spelling: no odd white space, nothing invisible, composed."""
    once = normalise(text)
    assert normalise(once) == once
    assert once == once.strip()
    assert "  " not in once
    assert unicodedata.is_normalized("NFKC", once)
    assert not {unicodedata.category(char) for char in once} & {"Cf", "Cc", "Cs", "Co", "Cn", "Zl", "Zp"}


def test_normalising_keeps_what_people_see() -> None:
    """Letters of all languages, emoji, punctuation; look-alike spellings become the plain one."""
    assert normalise("  Ich möchte\tkündigen –\r\n bitte 🙂 ") == "Ich möchte kündigen – bitte 🙂"
    assert normalise("ｃａｎｃｅｌ ｍｙ ﬁne ｐｌａｎ") == "cancel my fine plan"
    assert normalise("can\u00adcel\u200b my\u00a0plan") == "cancel my plan"
    assert normalise("e\u200d\u0301") == "é"
    assert normalise("a\ud800b") == "ab"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("it's ada@example.com", Masked("it's [email]", ("ada@example.com",))),
        ("ada@example.com!", Masked("[email]!", ("ada@example.com",))),
        ("(ada+x@mail.example.co.uk).", Masked("([email]).", ("ada+x@mail.example.co.uk",))),
        ("jürgen@müller.de, thanks", Masked("[email], thanks", ("jürgen@müller.de",))),
        ("a@x.xn--p1ai?", Masked("[email]?", ("a@x.xn--p1ai",))),
        ("<a@b.de>;c@d.org", Masked("<[email]>;[email]", ("a@b.de", "c@d.org"))),
        ("mailto:a@b.de", Masked("mailto:[email]", ("a@b.de",))),
        ("a123456@b.de", Masked("[email]", ("a123456@b.de",))),
        ("123456", Masked("[code]", (), ("123456",))),
        ("my code is 123 456.", Masked("my code is [code].", (), ("123456",))),
        ("123-456", Masked("[code]", (), ("123456",))),
        ("123–456", Masked("[code]", (), ("123456",))),
        ("1 2 3 4 5 6", Masked("[code]", (), ("123456",))),
        ("12 34 56", Masked("[code]", (), ("123456",))),
        ("code:012345, ok", Masked("code:[code], ok", (), ("012345",))),
        ("123456,654321", Masked("[code],[code]", (), ("123456", "654321"))),
        ("123456 or 654321", Masked("[code] or [code]", (), ("123456", "654321"))),
        ("١٢٣٤٥٦", Masked("[code]", (), ("123456",))),
        ("4111 1111 1111 1111", Masked("[card]", cards=1)),
        ("4111-1111-1111-1111", Masked("[card]", cards=1)),
        ("card 4111111111111111 exp", Masked("card [card] exp", cards=1)),
        ("3782 822463 10005", Masked("[card]", cards=1)),
        ("4111.1111.1111.1112", Masked("[card]", cards=1)),
        ("6759 6498 2643 8453 and 6759649826438453", Masked("[card] and [card]", cards=2)),
        ("a@b.de 123456 4111111111111111", Masked("[email] [code] [card]", ("a@b.de",), ("123456",), 1)),
    ],
)
def test_secrets_are_taken_out(text: str, masked: Masked) -> None:
    """Addresses, codes as people type them, card numbers with and without blanks; in order of appearance."""
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "in 2026",
        "since 2024-01-31",
        "on 31.12.2026",
        "31/12/2026 14:02",
        "it costs 12,00 € or 1,299.00",
        "€ 12.50",
        "123456 €",
        "$123456",
        "123456.78",
        "1.234.567,89",
        "R-4F7K-9M2Q",
        "R-A234-567B",
        "D-2345-6789",
        "1234567",
        "12345",
        "0171 234 5678",
        "+49 30 123 456 789",
        "(030) 1234567",
        "555-0199",
        "user@host",
        "@ada",
        "10 of 12 users",
        "1 2 3 go",
        "v1.2.3",
        "24/7",
    ],
)
def test_ordinary_numbers_stay(text: str) -> None:
    """Years, dates, prices, receipt numbers, telephone numbers: staff must be able to read what was said."""
    assert mask(text) == Masked(text)


TYPED = st.text(st.sampled_from("0123456789 -.,@abde[]€"), max_size=60)


@given(st.one_of(st.text(max_size=60), TYPED))
def test_masking_twice_takes_nothing_more(text: str) -> None:
    """What is masked once is masked: a transcript can be masked again without harm."""
    once = mask(normalise(text)).text
    assert mask(once) == Masked(once)
    quoted = mask_secrets(normalise(text))
    assert mask_secrets(quoted) == quoted


@given(TYPED, st.from_regex(r"[0-9]{6}", fullmatch=True), TYPED)
def test_a_code_on_its_own_never_stays(before: str, code: str, after: str) -> None:
    """Whatever else is said around it."""
    text = f"{before} x {code} x {after}"
    assert code in mask(text).codes
    assert f" {code} " not in mask(text).text
    assert f" {code} " not in mask_secrets(text)


@given(TYPED, st.from_regex(r"[0-9]{16}", fullmatch=True), TYPED)
def test_a_card_number_on_its_own_never_stays(before: str, card: str, after: str) -> None:
    """Whatever else is said around it."""
    assert card not in mask(f"{before} x {card} x {after}").text


def test_a_receipt_quotes_addresses_but_no_codes() -> None:
    """The declared words are the customer's own; codes and card numbers are not for a receipt (P6)."""
    assert mask_secrets("cancel ada@example.com, code 123456, card 4111111111111111") == (
        "cancel ada@example.com, code [code], card [card]"
    )
    assert mask_secrets("cancel ada123456@example.com") == "cancel ada123456@example.com"


@pytest.mark.parametrize(
    "text", ["a@" * 2000, "a" * 4000, "1 " * 2000, "@" * 4000, "a." * 2000, "1234567 " * 500]
)
def test_long_rubbish_is_looked_through_at_once(text: str) -> None:
    """No pattern takes more than linear time; with one that did, this test would not come to its end."""
    assert mask(text).text
