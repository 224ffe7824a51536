"""How texts and questions are made into words, alike for both databases' full-text search.

Each has a parser of its own, which would find other words in `R-4F7K-9M2Q` or `30.11.2026`; so they are given
nothing but letters and digits with spaces between.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.domain.masking import veiled

_WORD = re.compile(r"[^\W_]+")
_ASKED = re.compile(r'"([^"]*)"?|(\S+)')
#: More words than these make nothing clearer; of a longer word so much counts. Both keep a question within
#: what a database takes.
_MOST, _LONGEST = 12, 64
#: A beginning as short as that is nearly every word's.
_SHORTEST_BEGINNING = 2


def folded(text: str) -> str:
    """Without accents and case: `Kündigen` is found by `kundigen`."""
    return " ".join(
        word[:_LONGEST] for word in _WORD.findall(text.lower() if text.isascii() else _bare(text))
    )


def _bare(text: str) -> str:
    # Taken apart first, as letters in fancy dress hide capitals.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))


def entered(text: str) -> str:
    """What a message is found by. What masking hides is left out: it could be guessed digit by digit."""
    return folded(veiled(text))


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand in a row. `begins`: the last of them may go on."""

    words: tuple[str, ...]
    begins: bool = False


def terms(question: str) -> list[Term]:
    """What is asked for, all of it: words, and phrases in quotes. The last word may be a beginning."""
    found: list[Term] = []
    for match in _ASKED.finditer(question):
        words = tuple(folded(match[1] if match[1] is not None else match[2]).split())[:_MOST]
        if words:
            last = match.end() == len(question) and match[1] is None
            found.append(Term(words, last and len(words[-1]) >= _SHORTEST_BEGINNING))
    return found[:_MOST]


def for_sqlite(asked: list[Term]) -> str:
    """FTS5's syntax. Every word is quoted: nothing that was typed is an operator."""
    return " ".join(f'"{" ".join(term.words)}"{"*" if term.begins else ""}' for term in asked)


def for_postgres(asked: list[Term]) -> str:
    """A tsquery. Words hold letters and digits only: nothing that was typed is an operator."""
    return " & ".join(
        "({})".format(" <-> ".join([*term.words[:-1], f"{term.words[-1]}{':*' if term.begins else ''}"]))
        for term in asked
    )
