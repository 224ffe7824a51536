"""What a customer's own words say, whatever the classifier makes of them. Standard library only.

Which language a text is in is not told, and people mix them: each sentence is read by every language that has
enough everyday words in it, and a request needs all of those to agree that it is one.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from bot.understanding.language import Language, load
from bot.understanding.patterns import Patterns
from bot.understanding.spelling import Spelling

FOLDER = Path(__file__).resolve().parents[2] / "data" / "language"

_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u00b4": "'", "`": "'"})
_SENTENCE = re.compile(r"(?<=[.!?;:\n])\s+|\n+")
_WORD = re.compile(r"(?<!\[)\b\w{5,}")  # not a placeholder's
# Nobody says anything in a word or a sentence as long as these; reading them would take long.
_LONG_WORD = re.compile(r"(\S{60})\S+")
_LONG_SENTENCE = 600
_REPEATED = re.compile(r"(?<!\S)(\S{1,24}(?: \S{1,24}){0,3})(?: \1){3,}(?!\S)")


# A sentence and the languages it is read in.
Heard = tuple[str, tuple[Language, ...]]


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence, the languages that read it, and whether it is no request, whatever it speaks of."""

    text: str
    readers: tuple[Language, ...]
    refused: bool


def plain(text: str) -> str:
    """Fold a text for comparing: compatibility forms, straight apostrophes, small letters, single spaces."""
    folded = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).lower()
    return re.sub(r"[^\S\n]+", " ", folded).strip()


def _shortened(text: str) -> str:
    """A plain text without what only makes it long: words without an end, the same again and again."""
    if len(text) <= _LONG_SENTENCE:
        return text
    return _REPEATED.sub(r"\1 \1 \1", _LONG_WORD.sub(r"\1", text))


class Sayings:
    """Reads texts in several languages at once."""

    def __init__(self, languages: Sequence[Language]) -> None:
        self.languages = tuple(languages)
        self._spelling = Spelling(
            sorted(word for language in languages for word in language.important),
            (word for language in languages for word in (*language.known, *language.common)),
        )
        self._everyday = frozenset[str]().union(*(language.common for language in languages))
        self._typed = {word: meant for language in languages for word, meant in language.typed.items()}
        self._asides = Patterns(
            aside for language in languages for aside in language.tables["aside"].any.expressions
        )
        # A text is asked about several times over, and each question reads the same sentences.
        self._sentences = lru_cache(maxsize=4)(self._split)
        self._says = lru_cache(maxsize=4096)(Language.says)
        self._says_end = lru_cache(maxsize=1024)(Language.says_end)
        self._refuses = lru_cache(maxsize=1024)(Language.refuses)
        self._hurried = re.compile(rf"\b(?:{'|'.join(map(re.escape, self._typed)) or '(?!)'})\b")

    @classmethod
    def load(cls, folder: Path) -> "Sayings":
        """Read the languages of a folder; LanguageError when there is none or a file is broken."""
        return cls(load(folder))

    def unhurried(self, text: str) -> str:
        """Put right in a plain text the apostrophes that go in a hurry, and slips in words that decide."""
        meant = self._hurried.sub(lambda found: self._typed[found[0]], text)
        return _WORD.sub(lambda found: self._spelling.corrected(found[0]), meant)

    def says_end(self, text: str) -> bool:
        """Whether some word of a text can mean "end it" at all."""
        folded = _shortened(plain(text))
        return any(self._says_end(language, folded) for language in self.languages)

    def requests_end(self, text: str) -> bool:
        """Whether a text without its questions, conditions and negations says that something is to end."""
        return self._requests(text, "cue")

    def names_later(self, text: str) -> bool:
        """Whether a sentence about ending names a day after today and after the next possible one."""
        return any(
            self._says(language, "later", sentence)
            for sentence, heard in self._sentences(text)
            if self._readers(sentence, heard)
            for language in heard
        )

    def plainly_requests_end(self, text: str) -> bool:
        """Whether a text asks to end something, at whatever time, in words that hardly mean anything else."""
        return self._requests(text, "strong")

    def requests_end_beyond_denial(self, text: str) -> bool:
        """Whether a text asks to end something in words that a "no" is never made of."""
        return self._requests(text, "stronger")

    def requests_end_of_own(self, text: str) -> bool:
        """Whether the sentence that asks to end something names a plan or the like and nothing else."""
        return self._requests_end_of_own(text, "stronger")

    def names_end_of_own(self, text: str) -> bool:
        """Whether a sentence speaks of ending a plan or the like, asked for or not."""
        return any(
            self.says("stronger", sentence, heard) and self.says("own", sentence, heard)
            for sentence, heard in self._sentences(text)
        )

    def _requests_end_of_own(self, text: str, table: str) -> bool:
        return any(
            self.says(table, sentence, readers) and self.names_own(sentence, readers)
            for sentence, readers in self._unrefused(text)
        )

    def names_own(self, sentence: str, readers: Sequence[Language]) -> bool:
        """Whether a sentence names a plan or the like and nothing else that could be ended."""
        return self.says("own", sentence, readers) and not self.says("foreign", sentence, readers)

    def only_requests_end(self, text: str) -> bool:
        """Whether a text is a bare request and nothing more: it names no thing it could be about instead."""
        return len(self._sentences(text)) == 1 and self._says_nothing_else(text)

    def _says_nothing_else(self, text: str) -> bool:
        return any(self.says_only_end(sentence, readers) for sentence, readers in self._unrefused(text))

    def says_only_end(self, sentence: str, readers: Sequence[Language]) -> bool:
        """Whether a sentence speaks of ending in nothing but everyday words: "kündigen bitte"."""
        return self.says("stronger", sentence, readers) and all(
            word in self._everyday or self.says("stronger", word, self.languages)
            for word in re.findall(r"[\w'-]+", sentence)
        )

    def distress(self, text: str) -> bool:
        """Whether somebody speaks of ending their life, however little it may be meant."""
        sentences = _SENTENCE.split(_shortened(plain(text)))
        return any(self.says("distress", sentence, self.languages) for sentence in sentences)

    def announces_leaving(self, text: str) -> bool:
        """Whether a text says, without a condition, that the customer is leaving."""
        return self._requests(text, "announces")

    def asks(self, text: str) -> bool:
        """Whether a text is a question, with or without a question mark."""
        folded = _shortened(plain(text))
        if len(folded) > _LONG_SENTENCE:
            return True
        return self.says("asks", folded, self._heard(folded))

    def hesitates(self, text: str) -> bool:
        """Whether a text holds back what a "yes" in it would set off: a question, "wait", a condition."""
        folded = _shortened(plain(text))
        return self.asks(folded) or any(
            self._says(language, "holds", folded) for language in self._heard(folded)
        )

    def says(self, what: str, sentence: str, readers: Sequence[Language]) -> bool:
        """Whether a plain sentence fits a table of any of the languages; of cues, also misspelt."""
        if what == "cue":
            return any(self._says_end(language, sentence) for language in readers)
        return any(self._says(language, what, sentence) for language in readers)

    def _requests(self, text: str, table: str) -> bool:
        return any(self.says(table, sentence, readers) for sentence, readers in self._unrefused(text))

    def _unrefused(self, text: str) -> Iterator[Heard]:
        return ((found.text, found.readers) for found in self.judged(text) if not found.refused)

    def judged(self, text: str) -> tuple[Judged, ...]:
        """The sentences: which are no question, condition, negation, report, nor about something else.

        All are refused where the text also says to keep it.
        """
        sentences = self._sentences(text)
        kept = any(self.says("keeps", sentence, heard) for sentence, heard in sentences)
        return tuple(self._judged(sentence, heard, kept) for sentence, heard in sentences)

    def _judged(self, sentence: str, heard: tuple[Language, ...], kept: bool) -> Judged:
        readers = self._readers(sentence, heard)
        # A language of which there is but a word may still be the one that says "of every customer".
        there = [
            language
            for language in self.languages
            if self._says_end(language, sentence) and language.common_words(sentence)
        ]
        judging = dict.fromkeys((*readers, *heard, *there))
        refused = (
            kept
            or len(sentence) > _LONG_SENTENCE
            or any(self._refuses(language, sentence) for language in judging)
        )
        return Judged(sentence, readers or heard, refused)

    def _split(self, text: str) -> tuple[Heard, ...]:
        """Sentences without what is said beside the wish, each with the languages it may be in."""
        folded = self.unhurried(_shortened(plain(text)))
        for language in self.languages:
            folded = language.unsplit.sub(lambda short: f"{short[0]}\0", folded)
        whole = self._heard(folded)
        parts = dict.fromkeys(_SENTENCE.split(folded.replace("\0.", "")))
        sentences = [self._without_cause(self._asides.replaced("", part)) for part in parts]
        return tuple((sentence, self._heard(sentence, whole)) for sentence in sentences)

    def _without_cause(self, sentence: str) -> str:
        """A sentence without its "because ...", whose negations and questions are none of the wish.

        A cause that names the end is the wish itself ("I write because I want to cancel") and stays.
        """
        rest = sentence
        for language in self.languages:
            rest = language.tables["cause"].any.replaced(self._unless_it_ends, rest)
        return rest if rest == sentence or self._readers(rest, self.languages) else sentence

    def _unless_it_ends(self, cause: re.Match[str]) -> str:
        return cause[0] if self.says("stronger", cause[0], self.languages) else " "

    def _heard(self, text: str, otherwise: Sequence[Language] = ()) -> tuple[Language, ...]:
        """The languages a text may be in: with half as many everyday words as the one that has most."""
        counts = [language.common_words(text) for language in self.languages]
        if not any(counts):
            return tuple(otherwise or self.languages)
        most = max(counts)
        return tuple(
            language for language, count in zip(self.languages, counts, strict=True) if 2 * count >= most
        )

    def _readers(self, sentence: str, heard: Sequence[Language]) -> tuple[Language, ...]:
        """The languages with a word for ending in a sentence: of those heard, or else of any."""
        found = tuple(language for language in self.languages if self._says_end(language, sentence))
        return tuple(language for language in found if language in heard) or found


@cache
def standard() -> Sayings:
    """What the project's own data/language/ says."""
    return Sayings.load(FOLDER)
