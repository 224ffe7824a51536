"""Which language a conversation is held in: when a text is enough to tell, and what was asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class LocaleFrom(StrEnum):
    """How a conversation came by its language; what was asked for stays until it is asked for again."""

    START = "start"  # the session's, or the company's own: nobody has said anything in it yet
    HEARD = "heard"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest of the spoken languages for a text; `confidence` from 0 to 1 says over the others."""

    language: str
    confidence: float


# Addresses of any kind, what stands for a secret, and whatever has a digit in it: codes, numbers, dates.
_NO_WORDS = re.compile(r"\[\w+\]|https?://\S+|www\.\S+|\S*@\S*|\S*\d\S*", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
#: How sure a guess must be by the number of words; of one word only while nothing was said before.
_SURE = {1: 0.9, 2: 0.85, 3: 0.75}
_SURE_LONG = 0.65


def words_of(text: str) -> tuple[str, ...]:
    """The words a language can be told by: no addresses, numbers, codes or placeholders."""
    return tuple(_WORD.findall(_NO_WORDS.sub(" ", text)))


def tells(words: tuple[str, ...], guess: Guess | None, origin: LocaleFrom) -> bool:
    """Whether `guess` about `words` is enough to hold the conversation in that language from now on.

    One word is enough only at the start; later on, words that all begin with a capital may be a name or an
    address, unless everything is written in capitals. A language that was asked for stays.
    """
    if guess is None or not words or origin is LocaleFrom.ASKED:
        return False
    if origin is not LocaleFrom.START and (len(words) == 1 or _like_a_name(words)):
        return False
    return guess.confidence >= _SURE.get(len(words), _SURE_LONG)


def _like_a_name(words: tuple[str, ...]) -> bool:
    return all(word[0].isupper() for word in words) and not all(word.isupper() for word in words)
