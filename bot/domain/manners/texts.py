"""Judging one text by the word lists of its language, `data/manners/LANGUAGE.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.errors import FairwellError
from bot.domain.manners.findings import Finding, Rule
from bot.domain.text import normalise

#: Kinds of phrases that are no fault by themselves; what they say depends on where they stand.
KINDS = ("identity", "which", "reason", "offer", "way_out", "stay", "praised")

_PART = re.compile(r"@(\w+)@")
# Between two families of words (`~`, `&`): up to six words of the same sentence. Its classes don't overlap,
# so that no text can be read in two ways; what `unless` took out ("…") is not stepped over.
_BETWEEN = r"(?:[^\w.?!…]+\w+){0,6}?[^\w.?!…]+"
_VALUE = re.compile(r"\{[^{}]*\}")
# What cheers in any language: exclamation marks, faces, fireworks; but no ticks and no arrows.
_CHEER = re.compile(r"\w*[ \u00a0]?!+|[\U0001f300-\U0001faff\u2600-\u26ff\u2728\u2763\u2764\u2b50]")
_SPELLINGS = str.maketrans({"’": "'", "‘": "'", "`": "'", "‑": "-", "–": "-", "ʼ": "'"})  # noqa: RUF001


class WordListError(FairwellError):
    """A word list is broken; says in one line which and where."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A language's phrases: what each rule finds, what it overlooks (`unless`), and the `KINDS`."""

    language: str
    says: Mapping[Rule, re.Pattern[str]]
    unless: Mapping[Rule, re.Pattern[str]]
    kinds: Mapping[str, re.Pattern[str]]

    def is_kind(self, kind: str, text: str) -> bool:
        """Whether a text holds a phrase of one of the `KINDS`."""
        return self.kinds[kind].search(plain(text)) is not None


def plain(text: str) -> str:
    """A text as patterns see it: one spelling, small letters, `x` where a value will be filled in."""
    return normalise(_VALUE.sub("x", text)).translate(_SPELLINGS).lower()


def lexicon(language: str, content: str) -> Lexicon:
    """Reads a word list. Raises `WordListError` for a broken one, and one without a rule it needs."""
    try:
        data = tomllib.loads(content)
        parts = data.get("parts", {})
        tables = {name: table for name, table in data.items() if name != "parts"}
        rules = {name: table for name, table in tables.items() if name not in KINDS}
        return Lexicon(
            language,
            says={Rule(name): _compiled(table["says"], parts) for name, table in rules.items()},
            unless={
                Rule(name): _compiled(table["unless"], parts)
                for name, table in rules.items()
                if "unless" in table
            },
            kinds={name: _compiled(tables[name]["says"], parts) for name in KINDS},
        )  # fmt: skip
    except KeyError as fault:
        raise WordListError(f"the word list {language} lacks {fault}") from fault
    except (tomllib.TOMLDecodeError, re.error, ValueError) as fault:
        raise WordListError(f"the word list {language}: {fault}") from fault


def judge(text: str, lexicons: Collection[Lexicon], where: str = "") -> Sequence[Finding]:
    """What a text does that it must not; each rule once, with the words that break it.

    Of several lexicons each is asked: a transcript may change its language. Without any, only what needs no
    words is seen.
    """
    found: dict[Rule, str] = {}
    if cheer := _CHEER.search(normalise(text)):
        found[Rule.CHEER] = cheer.group().strip()
    said = plain(text)
    for words in lexicons:
        for rule, pattern in words.says.items():
            overlooked = words.unless.get(rule)
            looked_at = overlooked.sub(" … ", said) if overlooked is not None else said
            if rule not in found and (hit := pattern.search(looked_at)):
                found[rule] = hit.group().strip()
    return [Finding(where, rule, words_found) for rule, words_found in found.items()]


def is_kind(kind: str, text: str, lexicons: Collection[Lexicon]) -> bool:
    """Whether a text holds a phrase of one of the `KINDS` in any of the languages."""
    return any(words.is_kind(kind, text) for words in lexicons)


def _compiled(patterns: Sequence[str], parts: Mapping[str, str]) -> re.Pattern[str]:
    whole = "|".join(f"(?:{_spread(pattern)})" for pattern in patterns)
    while found := _PART.search(whole):
        whole = whole.replace(found.group(), f"(?:{parts[found.group(1)]})")
    return re.compile(rf"(?<!\w)(?:{whole})(?!\w)")


def _spread(pattern: str) -> str:
    """An entry with its `~` (soon after) and `&` (near, whichever comes first) written out.

    Raises `ValueError` for more than one `&`.
    """
    first, *others = pattern.replace(" ~ ", _BETWEEN).split(" & ")
    if not others:
        return first
    (second,) = others
    return f"(?:{first}){_BETWEEN}(?:{second})|(?:{second}){_BETWEEN}(?:{first})"
