"""Slips of the finger in the words that decide: "cancrl", "vielleihct". Standard library only."""

from collections.abc import Iterable
from functools import lru_cache

#: Shorter words are too near to others to be corrected.
_SHORTEST = 5


def one_slip_apart(word: str, other: str) -> bool:
    """Whether two words differ by one letter left out, added, changed, or swapped with its neighbour."""
    if word == other or abs(len(word) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(word), len(other)) and word[start] == other[start]:
        start += 1
    rest, other_rest = word[start:], other[start:]
    return (
        rest[1:] == other_rest
        or rest == other_rest[1:]
        or rest[1:] == other_rest[1:]
        or (rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:])
    )


class Spelling:
    """Puts a word that is one slip away from an important one right.

    `important` are the words to correct to; `known` those that are near to one and mean something else. A
    first letter is taken as typed: hardly anybody misses it, and too many words differ in nothing else.
    """

    def __init__(self, important: Iterable[str], known: Iterable[str]) -> None:
        self._important: dict[str, list[str]] = {}
        for word in important:
            self._important.setdefault(word[0], []).append(word)
        self._known = frozenset(known) | frozenset(important)
        self.corrected = lru_cache(maxsize=1024)(self._corrected)

    def _corrected(self, word: str) -> str:
        if len(word) < _SHORTEST or word in self._known:
            return word
        for right in self._important.get(word[0], ()):
            if one_slip_apart(word, right):
                return right
        return word
