"""The words of a language that decide what a sentence asks for, read from data/language/.

Standard library only. A file is a person's to write and to translate, so its notation is small, and whatever
is wrong with it is said with the file, the table and the entry. data/language/en.toml explains itself.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.understanding.patterns import Patterns

# Each turns a sentence that names an end into something other than a request.
VETOES = (
    "bare_stop", "negated", "condition", "question", "past", "newsletter", "other_person", "other_company",
    "change", "reserved",
)  # fmt: skip
TABLES = frozenset((
    *VETOES, "cue", "strong", "stronger", "announces", "foreign", "own", "charging", "keeps", "later",
    "asks", "holds", "aside", "cause", "distress", "wish",
))  # fmt: skip
_KEYS = {"any", "unless", "ignore"}
_LISTS = frozenset(
    (
        "lists",
        "misspelt",
        "important",
        "known",
        "common",
        "spelling",
        "typed",
        "abbreviations",
        "months",
        "ending",
    )
)

_REFERENCE = re.compile(r"\{([a-z_]+)\}")
_GAP = re.compile(r"<(\d)> ?")
_WORD = re.compile(r"[\w'-]+")
_LONG_WORD = re.compile(r"\w{5,}")


class LanguageError(ValueError):
    """A file of words that cannot be used; says which, where and why."""


@lru_cache(maxsize=4096)
def is_slip(word: str, cues: tuple[str, ...]) -> bool:
    """A slip of the finger is still a declaration: as near to a cue as "cancle", "cnacel", "teminate"."""
    return any(_is_near(word[: len(cue) + 1], cue) for cue in cues)


def _is_near(word: str, cue: str) -> bool:
    # Comparing takes long; most words have too few letters in common with the cue to be worth it.
    if 5 * len(set(word) & set(cue)) < 2 * len(set(cue)):
        return False
    likeness = SequenceMatcher(None, word, cue)
    return likeness.quick_ratio() >= 0.8 and likeness.ratio() >= 0.8


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of saying: what shows it, what rules it out, and what to overlook while reading."""

    any: Patterns
    unless: Patterns
    ignore: Patterns

    def read(self, sentence: str) -> str:
        """A plain sentence without what is to be overlooked."""
        return self.ignore.replaced(" ", sentence)

    def fits(self, sentence: str) -> bool:
        """Whether a plain sentence says so."""
        read = self.read(sentence)
        return self.any.found(read) and not self.unless.found(read)


@dataclass(frozen=True, eq=False, slots=True)
class Language:
    """What one language's words mean. Sentences come plain: folded by bot.understanding.sayings."""

    code: str
    common: frozenset[str]
    misspelt: tuple[str, ...]
    important: frozenset[str]
    known: frozenset[str]
    typed: Mapping[str, str]
    unsplit: re.Pattern[str]
    tables: Mapping[str, Table]

    def says(self, what: str, sentence: str) -> bool:
        """Whether a sentence fits the table `what` of the language's file."""
        return self.tables[what].fits(sentence)

    def says_end(self, sentence: str) -> bool:
        """Whether some word of a sentence, even a misspelt one, can mean "end it" at all."""
        cue = self.tables["cue"]
        read = cue.read(sentence)
        return cue.any.found(read) or any(
            is_slip(word, self.misspelt) for word in set(_LONG_WORD.findall(read)) - self.known
        )

    def refuses(self, sentence: str) -> bool:
        """Whether a sentence is no request: a question, a condition, about something else, and so on."""
        if any(self.tables[veto].fits(sentence) for veto in VETOES):
            return True
        return self.says("foreign", sentence) and not (
            self.says("own", sentence) or self.says("charging", sentence)
        )

    def common_words(self, text: str) -> int:
        """How many of a text's words are everyday words of this language."""
        return sum(word in self.common for word in _WORD.findall(text))


def load(folder: Path) -> tuple[Language, ...]:
    """Read every language of a folder; LanguageError when there is none, or a file is broken."""
    contents = {path: _parse(path) for path in sorted(folder.glob("*.toml"))}
    if not contents:
        raise LanguageError(f"no language in {folder}")
    # "Don't kündigen" mixes languages, so what one calls ending is ending to all of them.
    endings = [entry for path, content in contents.items() for entry in _texts(path, content, "ending")]
    return tuple(_Reader(path, content, endings).language() for path, content in contents.items())


def _parse(path: Path) -> dict[str, Any]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LanguageError(f"{path}: {error}") from error
    for name in sorted((TABLES | _LISTS) ^ content.keys()):
        raise LanguageError(f"{path}: [{name}] is " + ("unknown" if name in content else "missing"))
    return content


def _texts(path: Path, content: Mapping[str, Any], *keys: str) -> list[str]:
    """The list of texts at `keys`; empty where there is none."""
    found: Any = content
    for key in keys:
        if not isinstance(found, dict):
            raise LanguageError(f"{path}: [{keys[0]}] is no table")
        found = found.get(key, [])
    if not isinstance(found, list):
        raise LanguageError(f"{path}: [{'.'.join(keys)}] is no list")
    for number, entry in enumerate(found, start=1):
        if not isinstance(entry, str) or not entry.strip():
            raise LanguageError(f"{path}: [{'.'.join(keys)}] entry {number}: {entry!r} is no text")
    return found


class _Reader:
    """Makes one language of one file."""

    def __init__(self, path: Path, content: Mapping[str, Any], endings: list[str]) -> None:
        self._path, self._content = path, content
        self._spelling = {
            letter: f"(?:{'|'.join([letter, *self._own('spelling', letter)])})"
            for letter in self._table("spelling")
        }
        self._lists = {
            "ending": self._joined("ending", self._own("ending")),
            "every_ending": self._joined("ending", endings),
        }
        self._lists["month"] = self._joined("months", self._own("months"))
        for name in self._table("lists"):
            self._lists[name] = self._joined(f"lists.{name}", self._own("lists", name))

    def language(self) -> Language:
        """Everything of the file, checked."""
        return Language(
            code=self._path.stem,
            common=self._words("common"),
            misspelt=tuple(self._own("misspelt")),
            important=self._words("important"),
            known=self._words("known"),
            typed={word: self._typed(word) for word in self._table("typed")},
            unsplit=self._unsplit(),
            tables={name: self._compiled(name) for name in TABLES},
        )

    def _own(self, *keys: str) -> list[str]:
        return _texts(self._path, self._content, *keys)

    def _words(self, name: str) -> frozenset[str]:
        return frozenset(word for entry in self._own(name) for word in entry.split())

    def _table(self, name: str) -> Mapping[str, Any]:
        table = self._content[name]
        if not isinstance(table, dict):
            raise LanguageError(f"{self._path}: [{name}] is no table")
        return table

    def _typed(self, word: str) -> str:
        meant = self._table("typed")[word]
        if not isinstance(meant, str):
            raise LanguageError(f"{self._path}: [typed] {word}: {meant!r} is no text")
        return meant

    def _unsplit(self) -> re.Pattern[str]:
        """Full stops that end no sentence: of an abbreviation, or of a day before its month."""
        short = self._joined("abbreviations", self._own("abbreviations"))
        return re.compile(
            rf"(?<!\w)(?:{short}|\d{{1,2}}\.\d{{1,2}})(?=\.\s)|(?<!\w)\d{{1,2}}(?=\.\s+{self._lists['month']}\b)"
        )

    def _compiled(self, name: str) -> Table:
        for key in sorted(self._table(name).keys() - _KEYS):
            raise LanguageError(f"{self._path}: [{name}] {key} is unknown; known are any, ignore, unless")
        entries = {key: self._own(name, key) for key in _KEYS}
        if not entries["any"]:
            raise LanguageError(f"{self._path}: [{name}] any is empty")
        return Table(
            **{key: Patterns(self._expressions(f"{name}.{key}", texts)) for key, texts in entries.items()}
        )

    def _joined(self, where: str, entries: Sequence[str]) -> str:
        return f"(?:{'|'.join(self._expressions(where, entries))})"

    def _expressions(self, where: str, entries: Sequence[str]) -> list[str]:
        """Alternatives as expressions; where one is broken, the entry to blame is named."""
        expressions = []
        for number, entry in enumerate(entries, start=1):
            try:
                expressions.append(self._expression(entry))
                re.compile(expressions[-1])
            except KeyError as error:
                raise self._broken(where, number, entry, f"no list named {error}") from error
            except re.error as error:
                raise self._broken(where, number, entry, str(error)) from error
        return expressions

    def _broken(self, where: str, number: int, entry: str, why: str) -> LanguageError:
        return LanguageError(f"{self._path}: [{where}] entry {number}: {entry!r}: {why}")

    def _expression(self, entry: str) -> str:
        spelt = "".join(self._spelling.get(letter, letter) for letter in entry).replace("~", r"\w*")
        spaced = _GAP.sub(lambda gap: rf"(?:[\w'-]+ ){{0,{gap[1]}}}?", spelt)
        return _REFERENCE.sub(lambda name: self._lists[name[1]], spaced)
