"""What of a text staff see before they have asked for more: personal data is dots.

Codes and card numbers never get here: they are taken out before a message is stored (see bot.domain.text).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

DOTS = "••••"
#: A day in figures is none of the below.
_NO_DAY = r"(?!\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?![./-]?\d))"
#: Telephone numbers: seven digits or more, with what people put between them (ITU-T E.123); American ones.
_PHONE = rf"(?<![\w-]){_NO_DAY}(?:\+|00|0)\d(?:[ ()/.\-]{{0,2}}\d){{6,14}}(?!\w)"
_AMERICAN = r"(?<![\w-])(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}(?![\w-])"
#: Two letters, two digits, up to thirty more (ISO 13616), however they are written.
_IBAN = r"\b[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]{4}){3,7}(?: ?[A-Za-z0-9]{1,3})?\b"
_EMAIL = r"[^\s@<>\"(),:;\[\]]{1,64}@[^\s@<>\"(),:;\[\]]{1,255}\.[^\W\d_]{2,63}"
#: A postcode with its town, and a street with its number, as German and English addresses have them.
#: Repetitions are bounded, so that no text makes the search slow.
_PLACE = (
    r"\b\d{5} [A-ZÄÖÜ][\w-]+"
    r"|\b[A-ZÄÖÜ][\w.-]{0,40} ?(?i:straße|strasse|str\.|weg|platz|gasse|allee) \d{1,4}\w?\b"
)
_STREET = r"\b\d{1,5}\w? (?:[A-Z][\w'-]{1,40} ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Way)\b\.?"
_POSTCODE = r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b"
_PERSONAL = re.compile(f"{_EMAIL}|{_IBAN}|{_PHONE}|{_AMERICAN}|{_PLACE}|{_STREET}|{_POSTCODE}")
#: Shorter words of a name would be found in half of all texts.
_SHORTEST = 3


def veiled(text: str, known: Iterable[str] = ()) -> str:
    """A text without what is personal in it: what looks like it, and what is `known` of this customer."""
    words = {word for value in known for word in (value, *value.split()) if len(word) >= _SHORTEST}
    if words:
        longest_first = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
        text = re.sub(rf"(?<!\w)(?:{longest_first})(?!\w)", DOTS, text, flags=re.IGNORECASE)
    return _PERSONAL.sub(DOTS, text)


def veiled_name(name: str) -> str:
    """A name by its first letters, so that people can tell two customers apart."""
    return " ".join(f"{word[:1]}{DOTS}" for word in name.split()) or DOTS
