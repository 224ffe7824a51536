"""Putting like messages together, so that a hundred ways to ask one thing are looked at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz import fuzz, process

from bot.services.candidates import Candidate, Why

#: From 0 to 100: typos, word order and a word more or less; another verb is another group.
_ALIKE = 75.0


@dataclass(frozen=True, slots=True)
class Group:
    """Messages that are like one another, the most frequent text first."""

    members: tuple[Candidate, ...]

    @property
    def count(self) -> int:
        """How many messages."""
        return len(self.members)

    @property
    def texts(self) -> list[str]:
        """Each wording once, the most frequent first."""
        return [text for text, _ in Counter(item.text for item in self.members).most_common()]

    @property
    def first(self) -> datetime:
        """When the earliest was written."""
        return min(item.at for item in self.members)

    @property
    def last(self) -> datetime:
        """When the latest was written."""
        return max(item.at for item in self.members)

    @property
    def understood(self) -> list[tuple[str, int]]:
        """What the bot took them for, with counts."""
        return Counter(item.intent or "nothing" for item in self.members).most_common()

    @property
    def why(self) -> list[tuple[Why, int]]:
        """What makes them worth a look, with counts."""
        return Counter(item.why for item in self.members).most_common()

    @property
    def label(self) -> str | None:
        """The intent their writers chose most often."""
        chosen = Counter(item.label for item in self.members if item.label is not None).most_common(1)
        return chosen[0][0] if chosen else None

    @property
    def language(self) -> str:
        """The one most of them are in."""
        return Counter(item.language for item in self.members).most_common(1)[0][0]


def grouped(candidates: Iterable[Candidate]) -> list[Group]:
    """Groups, the largest first, and of equals the latest.

    Each message joins the group whose first message it is most like, so that groups do not grow into each
    other by way of what lies between them.
    """
    leaders: list[str] = []
    members: list[list[Candidate]] = []
    found: dict[str, int] = {}
    for item in candidates:
        # Whatever the order of its words; sorted here once instead of at every comparison.
        key = " ".join(sorted(item.text.casefold().split()))
        if key not in found:
            found[key] = _nearest(key, leaders)
            if found[key] == len(leaders):
                leaders.append(key)
                members.append([])
        members[found[key]].append(item)
    groups = [Group(tuple(group)) for group in members]
    return sorted(groups, key=lambda group: (group.count, group.last), reverse=True)


def _nearest(key: str, leaders: Sequence[str]) -> int:
    """The place of the most similar leader, or of a new one."""
    best = process.extractOne(key, leaders, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return best[2] if best is not None else len(leaders)
