"""What a customer's own words say, whatever the classifier makes of them. Standard library only."""

import re
import unicodedata
from difflib import SequenceMatcher

from bot.understanding import patterns

_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u00b4": "'", "`": "'"})


def plain(text: str) -> str:
    """Fold a text for comparing: compatibility forms, straight apostrophes, small letters, single spaces."""
    folded = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).lower()
    return re.sub(r"[^\S\n]+", " ", folded).strip()


def _is_cue(word: str) -> bool:
    if word in patterns.CUE_WORDS or word.startswith(patterns.CUE_STEMS):
        return True
    return len(word) >= 5 and any(
        SequenceMatcher(None, word[: len(cue) + 1], cue).ratio() >= 0.8 for cue in patterns.MISSPELT
    )


def says_end(text: str) -> bool:
    """Whether some word of a plain text can mean "end it" at all."""
    return bool(patterns.CUE_PHRASES.search(text)) or any(_is_cue(word) for word in re.findall(r"\w+", text))


def _requests(text: str) -> list[str]:
    """The sentences of a text that are no question, condition, negation, report, nor about something else.

    None at all where the text also says to keep it.
    """
    sentences = patterns.SENTENCE.split(patterns.WHERE.sub("", plain(text)))
    if any(patterns.KEEPS.search(sentence) for sentence in sentences):
        return []
    return [
        sentence
        for sentence in sentences
        if not any(pattern.search(sentence) for pattern in patterns.NOT_REQUESTS)
        and (
            not patterns.FOREIGN.search(sentence)
            or patterns.OWN.search(sentence)
            or patterns.CHARGING.search(sentence)
        )
    ]


def _names_later(sentence: str) -> bool:
    return says_end(sentence) and bool(patterns.LATER.search(patterns.SINCE.sub("", sentence)))


def requests_end(text: str) -> bool:
    """Whether a text without its questions, conditions and negations says that something is to end, and now.

    A wish for a later day is none for today, whichever sentence names the day.
    """
    later = any(_names_later(sentence) for sentence in patterns.SENTENCE.split(plain(text)))
    return not later and any(says_end(sentence) for sentence in _requests(text))


def plainly_requests_end(text: str) -> bool:
    """Whether a text asks to end something, at whatever time, in words that hardly mean anything else."""
    return any(patterns.STRONG_CUE.search(sentence) for sentence in _requests(text))


def requests_end_beyond_denial(text: str) -> bool:
    """Whether a text asks to end something in words that a "no" is never made of."""
    return any(patterns.BEYOND_DENIAL.search(sentence) for sentence in _requests(text))


def requests_end_of_own(text: str) -> bool:
    """Whether the sentence that asks to end something names a plan or the like and nothing else."""
    return any(
        patterns.BEYOND_DENIAL.search(sentence)
        and patterns.OWN.search(sentence)
        and not patterns.FOREIGN.search(sentence)
        for sentence in _requests(text)
    )


def announces_leaving(text: str) -> bool:
    """Whether a text says, without a condition, that the customer is leaving."""
    return any(patterns.ANNOUNCES.search(sentence) for sentence in _requests(text))


def asks(text: str) -> bool:
    """Whether a text is a question, with or without a question mark."""
    return bool(patterns.ASKS.search(plain(text)))


def hesitates(text: str) -> bool:
    """Whether a text holds back what a "yes" in it would set off: a question, "wait", a condition."""
    return asks(text) or bool(patterns.HOLDS.search(plain(text)))
