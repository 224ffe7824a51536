"""Other ways to type a sentence that change nothing about what it means; the same ones at every run."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence

_BESIDE = dict(zip("abcdefghijklmnopqrstuvwxyz", "svxfrghjuklknmiowtdyibectx", strict=True))
_EMOJI = ("🙂", "🙏", "😡", "👋", "✌️", "😤")
_PREFIXES = {
    "en": ("hi, ", "hello there. ", "ok so ", "good morning, ", "hey team, ", "um ", "quick one: "),
    "de": ("hallo, ", "guten Tag. ", "also ", "Moin, ", "Servus, ", "ähm ", "liebes Team, "),
}
_SUFFIXES = {
    "en": (
        " thanks",
        ", thank you very much",
        ". Best regards, Anna",
        " cheers",
        ". have a nice day",
        " thx!",
    ),
    "de": (
        " danke",
        ", vielen Dank",
        ". Mit freundlichen Grüßen, Anna Weber",
        " lg",
        ". schönen Tag noch",
        " merci!",
    ),
}
# Said around a whole sentence. Nothing in them asks, negates, or puts a condition.
_FRAMES = {
    "en": ("Just writing to say: {}", "My message for you today: {} That is all.", "As the title says: {}"),
    "de": ("Ich schreibe kurz: {}", "Meine Nachricht an Sie: {} Das ist alles.", "Wie im Betreff: {}"),
}


def _typo(text: str, dice: random.Random) -> str:
    """One slip in one longer word, not in its first letter: one left out, doubled, swapped, or missed."""
    words = text.split(" ")
    places = [place for place, word in enumerate(words) if len(word) >= 6 and word.isalpha()]
    if not places:
        return text
    place = dice.choice(places)
    word = words[place]
    at = dice.randrange(1, len(word) - 1)
    slips = (
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + _BESIDE.get(word[at].lower(), word[at]) + word[at + 1 :],
    )
    words[place] = dice.choice(slips)
    return " ".join(words)


def _casing(text: str, dice: random.Random) -> str:
    return dice.choice((str.upper, str.lower, str.title, str.capitalize))(text)


def _spacing(text: str, dice: random.Random) -> str:
    gap = dice.choice(("  ", "   ", "\u00a0", "\t"))
    return f" {text.replace(' ', gap)} "


def _emoji(text: str, dice: random.Random) -> str:
    face = dice.choice(_EMOJI)
    return dice.choice((f"{text} {face}", f"{face} {text}", f"{text}{face}{face}"))


def _chatter(language: str) -> Callable[[str, random.Random], str]:
    def change(text: str, dice: random.Random) -> str:
        before = dice.choice(_PREFIXES[language])
        after = dice.choice(_SUFFIXES[language])
        return dice.choice((f"{before}{text}", f"{text}{after}", f"{before}{text}{after}"))

    return change


def _frame(language: str) -> Callable[[str, random.Random], str]:
    # Whoever goes on after a sentence ends it first.
    return lambda text, dice: dice.choice(_FRAMES[language]).format(text if text[-1] in ".!?" else f"{text}.")


def of(sentences: Sequence[str], language: str, seed: int = 7) -> Iterator[tuple[str, str, str]]:
    """One variant of each kind for each sentence: (kind, the sentence, its variant), without repetitions."""
    kinds: Mapping[str, Callable[[str, random.Random], str]] = {
        "typo": _typo,
        "casing": _casing,
        "spacing": _spacing,
        "emoji": _emoji,
        "chatter": _chatter(language),
        "frame": _frame(language),
    }
    for sentence in sentences:
        for kind, change in kinds.items():
            # Seeded by what is changed, so that a new sentence does not change the others' variants.
            variant = change(sentence, random.Random(f"{seed} {kind} {sentence}"))
            if variant != sentence:
                yield kind, sentence, variant
