"""What a customer's own words say, whatever the classifier makes of them. Standard library only.

Which language a text is in is not told, and people mix them: each sentence is read by every language that has
enough everyday words in it, and a request needs all of those to agree that it is one.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path

from bot.understanding.language import Language, load

FOLDER = Path(__file__).resolve().parents[2] / "data" / "language"

_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u00b4": "'", "`": "'"})
_SENTENCE = re.compile(r"(?<=[.!?;\n])\s+|\n+")


class Reading(StrEnum):
    """What a text's own words say about an end.

    Asked for, and of a plan or the like by name; asked for; spoken of without asking; not spoken of.
    """

    PLAIN = "plain"
    REQUEST = "request"
    WITHHELD = "withheld"
    SILENT = "silent"


# A sentence and the languages it is read in.
Heard = tuple[str, tuple[Language, ...]]


def plain(text: str) -> str:
    """Fold a text for comparing: compatibility forms, straight apostrophes, small letters, single spaces."""
    folded = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).lower()
    return re.sub(r"[^\S\n]+", " ", folded).strip()


class Sayings:
    """Reads texts in several languages at once."""

    def __init__(self, languages: Sequence[Language]) -> None:
        self.languages = tuple(languages)
        self._typed = {word: meant for language in languages for word, meant in language.typed.items()}
        self._asides = re.compile("|".join(language.tables["aside"].any.pattern for language in languages))
        self._hurried = re.compile(rf"\b(?:{'|'.join(map(re.escape, self._typed)) or '(?!)'})\b")

    @classmethod
    def load(cls, folder: Path) -> "Sayings":
        """Read the languages of a folder; LanguageError when there is none or a file is broken."""
        return cls(load(folder))

    def unhurried(self, text: str) -> str:
        """Put back into a plain text the apostrophes that go first when somebody types in a hurry."""
        return self._hurried.sub(lambda found: self._typed[found[0]], text)

    def says_end(self, text: str) -> bool:
        """Whether some word of a text can mean "end it" at all."""
        return any(language.says_end(plain(text)) for language in self.languages)

    def reading(self, text: str) -> Reading:
        """What the words say about an end, now or on a later day."""
        if self.requests_end(text):
            return Reading.PLAIN if self.requests_end_of_own(text) else Reading.REQUEST
        return Reading.WITHHELD if self.says_end(text) else Reading.SILENT

    def requests_end(self, text: str) -> bool:
        """Whether a text without its questions, conditions and negations says that something is to end."""
        return self._requests(text, "cue")

    def names_later(self, text: str) -> bool:
        """Whether a sentence about ending names a day that is neither today nor the next possible one."""
        return any(
            language.says("later", sentence)
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
        return any(
            any(language.says("stronger", sentence) for language in readers)
            and any(language.says("own", sentence) for language in readers)
            and not any(language.says("foreign", sentence) for language in readers)
            for sentence, readers in self._unrefused(text)
        )

    def announces_leaving(self, text: str) -> bool:
        """Whether a text says, without a condition, that the customer is leaving."""
        return self._requests(text, "announces")

    def asks(self, text: str) -> bool:
        """Whether a text is a question, with or without a question mark."""
        folded = plain(text)
        return any(language.says("asks", folded) for language in self._heard(folded))

    def hesitates(self, text: str) -> bool:
        """Whether a text holds back what a "yes" in it would set off: a question, "wait", a condition."""
        folded = plain(text)
        return self.asks(folded) or any(language.says("holds", folded) for language in self._heard(folded))

    def _requests(self, text: str, table: str) -> bool:
        return any(
            language.says_end(sentence) if table == "cue" else language.says(table, sentence)
            for sentence, readers in self._unrefused(text)
            for language in readers
        )

    def _unrefused(self, text: str) -> Iterator[Heard]:
        """The sentences that are no question, condition, negation, report, nor about something else.

        None at all where the text also says to keep it.
        """
        sentences = list(self._sentences(text))
        if any(language.says("keeps", sentence) for sentence, heard in sentences for language in heard):
            return
        for sentence, heard in sentences:
            readers = self._readers(sentence, heard)
            judging = {language.code: language for language in (*readers, *heard)}
            if not any(language.refuses(sentence) for language in judging.values()):
                yield sentence, readers or heard

    def _sentences(self, text: str) -> Iterator[Heard]:
        """Sentences without what is said beside the wish, each with the languages it may be in."""
        folded = plain(text)
        for language in self.languages:
            folded = language.unsplit.sub(lambda short: f"{short[0]}\0", folded)
        whole = self._heard(folded)
        for part in _SENTENCE.split(folded.replace("\0.", "")):
            sentence = self._without_cause(self._asides.sub("", part))
            yield sentence, self._heard(sentence, whole)

    def _without_cause(self, sentence: str) -> str:
        """A sentence without its "because ...", whose negations and questions are none of the wish.

        A cause that names the end is the wish itself ("I write because I want to cancel") and stays.
        """
        rest = sentence
        for language in self.languages:
            rest = language.tables["cause"].any.sub(self._unless_it_ends, rest)
        return rest if self._readers(rest, self.languages) else sentence

    def _unless_it_ends(self, cause: re.Match[str]) -> str:
        return cause[0] if any(language.says("stronger", cause[0]) for language in self.languages) else " "

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
        found = tuple(language for language in self.languages if language.says_end(sentence))
        return tuple(language for language in found if language in heard) or found


@cache
def standard() -> Sayings:
    """What the project's own data/language/ says."""
    return Sayings.load(FOLDER)
