"""Many regular expressions at once, fast: most are never tried on a sentence. Standard library only.

A language's file has some six hundred expressions, and each message is read by two languages. Of nearly every
expression it can be said beforehand which pieces of letters a text must have for it to fit; a text without
them is not searched at all.
"""

import importlib
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

# Python's own parser of expressions, so that what is said about one is what it means to Python.
_PARSER: Any = importlib.import_module("re._parser")
_PIECE = 3

# Any of these must be in a text, for each of the sets.
Needs = tuple[frozenset[str], ...]
# What the parser makes of a part of an expression: its kind, and whatever belongs to that kind.
Item = tuple[Any, Any]


@lru_cache(maxsize=512)
def pieces(text: str) -> frozenset[str]:
    """All pieces of a text of up to three letters."""
    starts = range(len(text))
    return frozenset(text[start : start + length] for length in range(1, _PIECE + 1) for start in starts)


class Patterns:
    """Expressions of which any may fit, each only at whole words."""

    def __init__(self, expressions: Iterable[str]) -> None:
        self.expressions = tuple(expressions)
        known = [(needs(expression), rf"(?<!\w)(?:{expression})(?!\w)") for expression in self.expressions]
        self._known = [(needed, re.compile(whole)) for needed, whole in known]
        self._all = re.compile("|".join(whole for _, whole in known) or "(?!)")

    def found(self, text: str) -> bool:
        """Whether any of the expressions fits somewhere in a text."""
        there = pieces(text)
        return any(pattern.search(text) for needed, pattern in self._known if _met(needed, there))

    def replaced(self, by: str | Callable[[re.Match[str]], str], text: str) -> str:
        """A text with everything replaced that fits."""
        there = pieces(text)
        if any(_met(needed, there) for needed, _ in self._known):
            return self._all.sub(by, text)
        return text


def _met(needed: Needs, there: frozenset[str]) -> bool:
    return all(not any_of.isdisjoint(there) for any_of in needed)


def needs(expression: str) -> Needs:
    """What a text must have for an expression to fit: a piece of each set. The rarest sets come first."""
    found = set(_of_sequence(_PARSER.parse(expression)))
    return tuple(sorted(found, key=lambda any_of: (-min(map(len, any_of)), len(any_of))))


def _of_sequence(items: Sequence[Item]) -> list[frozenset[str]]:
    """Needs of one thing after the other: all that each of them needs."""
    found: list[frozenset[str]] = []
    letters = ""
    for kind, detail in [*items, (None, None)]:
        if str(kind) == "LITERAL":
            letters += chr(detail)
            continue
        found += _of_letters(letters)
        letters = ""
        found += _of_item((kind, detail))
    return found


def _of_letters(letters: str) -> list[frozenset[str]]:
    if not letters:
        return []
    parts = [letters[start : start + _PIECE] for start in range(max(1, len(letters) - _PIECE + 1))]
    return [frozenset((part,)) for part in dict.fromkeys(parts)]


def _of_item(item: Item) -> list[frozenset[str]]:
    kind, detail = str(item[0]), item[1]
    if kind == "SUBPATTERN":
        return _of_sequence(detail[-1])
    if kind in ("MAX_REPEAT", "MIN_REPEAT") and detail[0] > 0:
        return _of_sequence(detail[2])
    if kind == "BRANCH":
        return _of_branches([_of_sequence(branch) for branch in detail[1]])
    return []


def _of_branches(branches: Sequence[list[frozenset[str]]]) -> list[frozenset[str]]:
    """Needs of one thing or another: of each its need that is hardest to have, and any of these will do."""
    if not all(branches):
        return []
    hardest = [max(branch, key=lambda any_of: (min(map(len, any_of)), -len(any_of))) for branch in branches]
    return [frozenset().union(*hardest)]
