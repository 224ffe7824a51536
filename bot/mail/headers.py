"""The head of a mail: one line or several folded ones for each field (RFC 5322, 2047, 6532).

Written out here because Python's own folding takes quotes off a long name, so that what stands in it becomes
addresses (CVE-2025-1795 and its kin).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

#: So many bytes of UTF-8 fit into one encoded word of at most 75 characters (RFC 2047, 2).
_WORD = 45
_LINE = 78
_PLAIN = re.compile(r"[ -~]*")
_WORDS = re.compile(r"[A-Za-z0-9 ]+")
_FOLD = "\r\n "
_QUOTED = re.compile(r'(["\\])')


def text_field(name: str, text: str, *, utf8: bool) -> str:
    """A field of words, such as the subject. `text` is one line without control characters."""
    return f"{name}: {text if _as_it_is(text, len(name), utf8=utf8) else _encoded(text)}\r\n"


def address_field(name: str, address: str, who: str = "", *, utf8: bool) -> str:
    """A field of one address, with the name of who has it; both without control characters."""
    if not who:
        return f"{name}: {address}\r\n"
    shown = _phrase(who) if _as_it_is(who, len(name), utf8=utf8) else _encoded(who)
    fits = len(f"{name}: {shown} <{address}>") <= _LINE
    return f"{name}: {shown}{' ' if fits else _FOLD}<{address}>\r\n"


def _phrase(text: str) -> str:
    """Words as they are, or in quotes where a sign among them means something (RFC 5322, 3.2.4)."""
    return text if _WORDS.fullmatch(text) else '"' + _QUOTED.sub(r"\\\1", text) + '"'


def _as_it_is(text: str, before: int, *, utf8: bool) -> bool:
    # "=?" begins an encoded word: what only looks like one is encoded, so that it is shown and not read.
    plain = utf8 or (_PLAIN.fullmatch(text) is not None and before + len(text) + 4 <= _LINE)
    return plain and "=?" not in text


def _encoded(text: str) -> str:
    words = (base64.b64encode(part.encode()).decode("ascii") for part in _parts(text))
    return _FOLD.join(f"=?utf-8?b?{word}?=" for word in words)


def _parts(text: str) -> Iterator[str]:
    """Pieces that fit; no sign is cut in two (RFC 2047, 5)."""
    part = ""
    for sign in text:
        if len((part + sign).encode()) > _WORD:
            yield part
            part = ""
        part += sign
    yield part
