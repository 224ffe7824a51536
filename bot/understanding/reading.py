"""What the sentences of a text say about an end, in five ways to read them. Standard library only."""

from dataclasses import dataclass
from enum import StrEnum

from bot.understanding.sayings import Judged, Sayings, standard


class Reading(StrEnum):
    """How a sentence reads, the plainest first.

    It asks for an end, and of a plan or the like by name; asks for it; may ask for it, in words that mean
    much else as well; speaks of it without asking; does not speak of it.
    """

    PLAIN = "plain"
    REQUEST = "request"
    OPEN = "open"
    WITHHELD = "withheld"
    SILENT = "silent"


_ORDER = {reading: place for place, reading in enumerate(Reading)}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, folded and without what is said beside the wish, and how it reads."""

    text: str
    reading: Reading


def sentences(text: str, sayings: Sayings | None = None) -> tuple[Sentence, ...]:
    """Read each sentence of a text; one of an empty text."""
    known = sayings or standard()
    return tuple(Sentence(found.text, _reading(found, known)) for found in known.judged(text))


def reading(text: str, sayings: Sayings | None = None) -> Reading:
    """Read a text by its plainest sentence."""
    known = sayings or standard()
    found = min((one.reading for one in sentences(text, known)), key=_ORDER.__getitem__)
    # What was set aside as a cause may still be all that speaks of an end.
    return Reading.WITHHELD if found is Reading.SILENT and known.says_end(text) else found


def _reading(found: Judged, known: Sayings) -> Reading:
    speaks = known.says("cue", found.text, found.readers)
    if found.refused:
        return Reading.WITHHELD if speaks else Reading.SILENT
    own = known.names_own(found.text, found.readers)
    # "Off" and "over" can end a plan and much else: alone they are no request to act on.
    if known.says("strong", found.text, found.readers):
        plain = own or known.says_only_end(found.text, found.readers)
        return Reading.PLAIN if plain else Reading.REQUEST
    if not speaks:
        # To a classifier "I like my plan" is near "I end my plan": some word must be able to mean an end.
        return Reading.SILENT
    return Reading.OPEN if known.says("wish", found.text, found.readers) else Reading.WITHHELD
