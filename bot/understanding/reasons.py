"""Why people leave, read out of their own words: none, one or several reasons, never guessed.

Two witnesses are heard: patterns (data/reasons, one file a language) and the probabilities of a classifier
(bot.understanding.reason_component). Everything here is pure and needs the standard library only.
"""

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "data" / "reasons"
#: What is left when a reason has no name of its own; where another one is named, that one is meant.
LEFTOVER = "other"
#: What people do about a reason rather than the reason: it counts where no other is named, and where they do
#: not just say that they are unhappy.
RESULT = "switched_service"

_SPELLINGS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "\u2019": "'", "\u2018": "'"})
_PART = re.compile(r"@(\w+)@")
_SECTIONS = frozenset({"parts", "not_meant", "unhappy"})


@dataclass(frozen=True)
class Thresholds:
    """How sure the classifier must be (0 to 1), set in config.yml.

    `alone` is for a reason no pattern names; `seconded` for one a pattern names: low, because patterns are
    written to be right, and there to catch what they take too literally.
    """

    alone: float = 0.55
    seconded: float = 0.001


@dataclass(frozen=True)
class Lexicon:
    """The patterns of one language.

    What names a reason, what is not meant though it sounds like it, and what says that somebody is unhappy
    without saying why, unless they say what is better elsewhere.
    """

    says: Mapping[str, re.Pattern[str]]
    not_meant: re.Pattern[str]
    unhappy: re.Pattern[str]
    better: re.Pattern[str]


def fold(text: str) -> str:
    """One spelling of many: lower case, straight apostrophes, no umlauts, single spaces."""
    return " ".join(text.lower().translate(_SPELLINGS).split())


def _compiled(patterns: Sequence[str], parts: Mapping[str, str]) -> re.Pattern[str]:
    whole = "|".join(patterns)
    while found := _PART.search(whole):
        whole = whole.replace(found.group(), parts[found.group(1)])
    return re.compile(whole.translate(_SPELLINGS))


def lexicon(content: str) -> Lexicon:
    """Read a language's file. Raises KeyError, re.error or tomllib.TOMLDecodeError where it is not right."""
    data = tomllib.loads(content)
    parts = data["parts"]
    return Lexicon(
        says={name: _compiled(data[name]["says"], parts) for name in data.keys() - _SECTIONS},
        not_meant=_compiled(data["not_meant"]["patterns"], parts),
        unhappy=_compiled(data["unhappy"]["patterns"], parts),
        better=_compiled(data["unhappy"]["unless"], parts),
    )


def load(folder: Path = FOLDER) -> tuple[Lexicon, ...]:
    """Read every language there is; people mix them, so that each text is looked at with all."""
    return tuple(lexicon(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml")))


def hits_in(text: str, lexicons: Collection[Lexicon]) -> frozenset[str]:
    """The reasons the patterns find in a text as it was written."""
    meant = fold(text)
    for words in lexicons:
        meant = words.not_meant.sub(" ~ ", meant)
    named = [reason for words in lexicons for reason, pattern in words.says.items() if pattern.search(meant)]
    return frozenset(named)


def unhappy(text: str, lexicons: Collection[Lexicon]) -> bool:
    """Whether a text says that somebody is unhappy, and not what is better elsewhere."""
    meant = fold(text)
    return any(words.unhappy.search(meant) for words in lexicons) and not any(
        words.better.search(meant) for words in lexicons
    )


def decide(
    hits: Collection[str], probabilities: Mapping[str, float], rules: Thresholds, *, vague: bool = False
) -> list[str]:
    """Return the reasons to believe, sorted by name, from both witnesses; `vague`: `unhappy` says so."""
    found = {
        reason
        for reason in {*hits, *probabilities}
        if probabilities.get(reason, 1.0) >= (rules.seconded if reason in hits else rules.alone)
    }
    if len(found) > 1 and probabilities.get(LEFTOVER, 0.0) < rules.alone:
        found.discard(LEFTOVER)
    if len(found) > 1 or vague:
        found.discard(RESULT)
    return sorted(found)
