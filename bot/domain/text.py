"""What is done to a text before anything looks at it: one spelling, and no secrets in it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: Longer texts are answered politely and not looked at.
MAX_TEXT = 4000

_PART = r"[^\s@<>\"(),:;\[\]]"
_EMAIL = rf"{_PART}{{1,64}}@{_PART}{{1,255}}\.(?:xn--[a-z0-9-]{{2,59}}|[^\W\d_]{{2,63}})(?![^\W\d_])"
# 13 to 19 digits with the separators people use (ISO/IEC 7812); the Luhn sum is not asked for: a mistyped
# card number is as secret as a right one. After a plus, up to 15 digits are a telephone number (ITU-T E.164).
_CARD = r"(?<!\d)(?:\d(?:[ \-.\u2013]?\d){15,18}|(?<!\+)\d(?:[ \-.\u2013]?\d){12,14})(?!\d)"
# Six digits as people type codes. Not an amount of money, and in groups no part of a longer number or name:
# "0171 234 5678" is a telephone number and "R-A234-567B" a receipt's.
_CODE = (
    r"(?<![€$£])(?<![€$£] )"
    r"(?:(?<!\d)\d{6}"
    r"|(?<!\w)(?<!\d{3}[ \-\u2013/])\d{3}[ \-\u2013]\d{3}(?![\w])(?![ \-\u2013/]\d)"
    r"|(?<!\w)(?<!\d )(?:\d(?: \d){5}|\d\d \d\d \d\d)(?!\w)(?! \d))"
    r"(?!\d)(?![.,]\d{1,2}(?!\d))(?! ?(?:[€$£]|(?:eur|euros?|usd|dollars?|gbp|pounds?|chf|yen)\b))"
)
_SECRET = re.compile(f"(?P<email>{_EMAIL})|(?P<card>{_CARD})|(?P<code>{_CODE})", re.IGNORECASE)
# So many marks may stand on one letter (Unicode's stream-safe text format, UAX #15, 13).
_MOST_MARKS = 30
# More than any code or card number is long, with what has to stand around it.
_NEAR = 64
# Shows nothing, but counts as a letter, a mark or a sign: fillers and the blank of Braille.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# A slash, and what looks like one (Unicode's confusables, UTS #39), but for letters that words begin with.
_SLASHES = frozenset("/\u1735\u2041\u2044\u2215\u2571\u27cb\u29f8\U0001d23a")
# What programs write, and people copy to see what comes of it: `{"intent": "cancel"}`, `["cancel"]`.
_DATA = re.compile(r"\{ ?[\"'].*|\{.*\}|\[ ?[\"'{\[].*\]")


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without its secrets, and what was taken out, in order of appearance."""

    text: str
    emails: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    cards: int = 0


def normalise(text: str) -> str:
    """NFKC, format and control characters dropped, white space of any kind folded to single spaces, stripped.

    Look-alike spellings and invisible characters must not tell one text from another: `/cancel` after a
    zero-width space is still a slash command. Doing it again changes nothing more.
    """
    # Dropped first: what an invisible character kept apart is composed only once it is gone.
    visible = (char for char in text if unicodedata.category(char) not in {"Cf", "Cs", "Co", "Cn"})
    folded = _calm(unicodedata.normalize("NFKC", _calm(visible)))
    spaced = (" " if unicodedata.category(char) == "Cc" else char for char in folded)
    return " ".join("".join(spaced).split())


def _calm(chars: Iterable[str]) -> str:
    """Without the marks nobody could tell apart; sorting a storm of them takes the square of its length."""
    kept: list[str] = []
    marks = 0
    for char in chars:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def mask(text: str) -> Masked:
    """Takes e-mail addresses, card-like numbers and one-time codes out of a normalised text."""
    emails: list[str] = []
    codes: list[str] = []
    cards = 0

    def take(match: re.Match[str]) -> str:
        nonlocal cards
        if match.lastgroup == "email":
            emails.append(match[0])
        elif match.lastgroup == "code":
            # As ASCII digits, whatever script they were typed in.
            codes.append("".join(str(int(char)) for char in match[0] if char.isdecimal()))
        else:
            cards += 1
        return f"[{match.lastgroup}]"

    return Masked(_replace(take, text), tuple(emails), tuple(codes), cards)


def mask_secrets(text: str) -> str:
    """Takes out card-like numbers and codes only: the form in which a receipt quotes a declaration (P6)."""
    return _replace(lambda match: match[0] if match.lastgroup == "email" else f"[{match.lastgroup}]", text)


def _replace(take: Callable[[re.Match[str]], str], text: str) -> str:
    """Until nothing is left to take: what stood beside a longer number may be a code once that is gone.

    Only what is near is looked at again. A whole pass for each would let a text of chained numbers keep the
    app busy for minutes.
    """
    start = kept = 0
    while match := _SECRET.search(text, start):
        if (put := take(match)) == match[0]:
            start = kept = match.end()
        else:
            start = max(kept, match.start() - _NEAR)
            text = f"{text[: match.start()]}{put}{text[match.end() :]}"
    return text


def is_command(text: str) -> bool:
    """Whether a normalised text begins with a slash, that is, would be read as a payload by Rasa, or is data.

    Blank letters, spaces and stray marks before it do not hide it; what looks like one counts as one.
    """
    if _DATA.fullmatch(text):
        return True
    for char in text:
        if char not in _BLANK and not char.isspace() and not unicodedata.category(char).startswith("M"):
            return char in _SLASHES
    return False
