"""Judging all that the product says: each text, by itself and by its place, and buttons side by side."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.manners.buttons import Option, judge_buttons
from bot.domain.manners.findings import Finding, Rule
from bot.domain.manners.texts import Lexicon, is_kind, judge

#: The press a button's wording stands for, where its name tells it.
_PRESSES = {"button_plan": "cancel:plan", "button_all": "cancel_all"}


@dataclass(frozen=True, slots=True)
class Text:
    """A text of data/responses: its file, its message's name, its language."""

    file: str
    message: str
    language: str
    text: str

    @property
    def where(self) -> str:
        """Where to find it."""
        return f"{self.file}: {self.message} ({self.language})"


@dataclass(frozen=True, slots=True)
class Together:
    """Buttons of one message, by the names of their wording, in the order they are shown."""

    message: str
    buttons: tuple[str, ...]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """What tells a text's place, and which buttons stand together.

    `before`: files whose messages are said before a cancellation is done; `confirmations`: how the names of
    those begin that say it is done.
    """

    before: frozenset[str] = frozenset()
    confirmations: tuple[str, ...] = ()
    exit_question: str = ""
    together: Sequence[Together] = field(default=())


def judge_product(
    texts: Sequence[Text], lexicons: Mapping[str, Lexicon], layout: Layout
) -> Sequence[Finding]:
    """Everything in the product's own words that must not be there.

    Raises `KeyError` where the layout names a button that has no wording.
    """
    found: list[Finding] = []
    offers: dict[str, str] = {}
    for text in texts:
        words = _words(lexicons, text.language)
        own = judge(text.text, words, text.where)
        found += [*own, *_by_place(text, words, layout)]
        if any(finding.rule is Rule.SALES for finding in own) or is_kind("offer", text.text, words):
            first = offers.setdefault(text.language, text.where)
            if first != text.where:
                found.append(Finding(text.where, Rule.REPEATED_OFFER, f"there is one in {first}"))
    return [*found, *_together(texts, lexicons, layout)]


def unjudged(texts: Sequence[Text], lexicons: Mapping[str, Lexicon]) -> Sequence[str]:
    """Languages of the product that have no word list: of their texts only marks and order are judged."""
    return sorted({text.language for text in texts} - set(lexicons))


def _words(lexicons: Mapping[str, Lexicon], language: str) -> Sequence[Lexicon]:
    # A regional variant ("de-AT") is judged by its language.
    words = lexicons.get(language) or lexicons.get(language.replace("_", "-").split("-")[0])
    return [] if words is None else [words]


def _by_place(text: Text, words: Collection[Lexicon], layout: Layout) -> Iterator[Finding]:
    if text.message == layout.exit_question or text.file not in layout.before:
        return
    if text.message.startswith(("button_", "reason_")):
        return
    if text.message.startswith(layout.confirmations):
        if "?" in text.text or is_kind("reason", text.text, words):
            yield Finding(text.where, Rule.EXIT_QUESTION, "a question in the confirmation itself")
        return
    for question in improper_questions(text.text, words):
        yield Finding(text.where, Rule.QUESTION_BEFORE, question)
    if is_kind("offer", text.text, words):
        yield Finding(text.where, Rule.OFFER_BEFORE, text.text)


def improper_questions(text: str, words: Collection[Lexicon]) -> Sequence[str]:
    """The questions of a text that ask for anything else than who it is and which plan or day is meant.

    In a language without a word list nothing can be told, so nothing is found.
    """
    if not words:
        return []
    if is_kind("reason", text, words):
        return [text]
    asked = [part.strip() for part in _sentences(text) if part.endswith("?")]
    return [part for part in asked if not (is_kind("identity", part, words) or is_kind("which", part, words))]


def _sentences(text: str) -> Iterator[str]:
    start = 0
    for place, char in enumerate(text):
        if char in ".?!\n":
            yield text[start : place + 1].strip()
            start = place + 1
    yield text[start:].strip()


def _together(texts: Sequence[Text], lexicons: Mapping[str, Lexicon], layout: Layout) -> Iterator[Finding]:
    titles = {(text.message, text.language): text for text in texts}
    names = {text.message for text in texts}
    for group in layout.together:
        if missing := [name for name in (group.message, *group.buttons) if name not in names]:
            raise KeyError(f"the buttons of {group.message} name {', '.join(missing)}, which has no wording")
        languages = [text.language for text in texts if text.message == group.message]
        for language in languages:
            options = [
                Option(_PRESSES.get(name, name.removeprefix("button_")), titles[name, language].text)
                for name in group.buttons
                if (name, language) in titles
            ]
            where = titles[group.message, language].where
            words = _words(lexicons, language)
            # Each title was judged by itself; here it is about their weights.
            for finding in judge_buttons(options, words, where, optional=group.optional):
                if finding.where == where:
                    yield finding
