"""What is done to a text before anything looks at it: one spelling, and no secrets in it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

#: Longer texts are answered politely and not looked at.
MAX_TEXT = 4000

_EMAIL = re.compile(r"[^\s@<>\"(),:;\[\]]{1,64}@[^\s@<>\"(),:;\[\]]{1,255}\.[^\s@.,:;<>\"()\[\]\d]{2,63}")
# Six digits, alone or as people type codes ("123 456", "123-456"), not part of a longer number.
_CODE = re.compile(r"(?<![\d.,])\d{3}[ \-\u2013]?\d{3}(?![\d])(?![.,]\d)")
# 13 to 19 digits with the separators people use (ISO/IEC 7812); the Luhn sum is not asked for: a mistyped
# card number is as secret as a right one.
_CARD = re.compile(r"(?<!\d)\d(?:[ \-.]?\d){12,18}(?!\d)")


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
    zero-width space is still a slash command.
    """
    folded = unicodedata.normalize("NFKC", text)
    kept = "".join(_visible(char) for char in folded)
    return " ".join(kept.split())


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if category in {"Cf", "Cs", "Co", "Cn"}:
        return ""
    if category in {"Cc", "Zl", "Zp", "Zs"}:
        return " "
    return char


def mask(text: str) -> Masked:
    """Takes e-mail addresses, card-like numbers and one-time codes out of a normalised text."""
    emails: list[str] = []
    codes: list[str] = []

    def take_email(match: re.Match[str]) -> str:
        emails.append(match[0])
        return "[email]"

    def take_code(match: re.Match[str]) -> str:
        codes.append("".join(char for char in match[0] if char.isdigit()))
        return "[code]"

    without_emails = _EMAIL.sub(take_email, text)
    without_cards, cards = _CARD.subn("[card]", without_emails)
    return Masked(_CODE.sub(take_code, without_cards), tuple(emails), tuple(codes), cards)


def mask_secrets(text: str) -> str:
    """Takes out card-like numbers and codes only: the form in which a receipt quotes a declaration (P6)."""
    return _CODE.sub("[code]", _CARD.sub("[card]", text))


def is_command(text: str) -> bool:
    """Whether a normalised text begins with a slash, that is, would be read as a payload by Rasa."""
    return text.startswith("/")
