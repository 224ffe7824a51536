"""A letter: what a mail says, before it is put into plain text, HTML and headers."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

#: A longer subject is cut: RFC 5322 allows lines of 998, and people see some 60 characters of it.
LONGEST_SUBJECT = 150
_RULE = "- " * 24
# Control characters, marks that show nothing but may turn a line round, and halves of a pair.
_DROPPED = frozenset({"Cc", "Cf", "Cs"})
_KEPT = frozenset("\n\t\u200c\u200d")  # joiners are part of how some languages are spelt
_LINE_ENDS = {"\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of two columns; `strong` marks the one that a reader looks for."""

    label: str
    value: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """An address to open, and what stands on it."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Quote:
    """The customer's own words, and what stands above them."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Stub:
    """What makes a letter a receipt: its number, and below the tear line how it is checked."""

    number: str
    verify: str
    command: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a letter. `media_type` is the part after `application/`."""

    name: str
    content: bytes
    media_type: str = "json"


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says, in the order in which it is read; what is empty is left out.

    `locale` is the language it is written in, `company` who writes. Texts are plain: nothing in them is
    markup, whoever wrote it.
    """

    locale: str
    company: str
    subject: str
    title: str
    paragraphs: tuple[str, ...] = ()
    code: str = ""
    facts: tuple[Fact, ...] = ()
    quote: Quote | None = None
    after: tuple[str, ...] = ()
    link: Link | None = None
    stub: Stub | None = None
    attachments: tuple[Attachment, ...] = ()


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a text, which blank lines part."""
    return tuple(part.strip() for part in text.split("\n\n") if part.strip())


def visible(text: str) -> str:
    """A text of somebody else's as it may stand in a letter: no control characters, no line turned round.

    Line ends of any kind become plain ones: a lone carriage return ends no line of a mail for us, and a mail
    for some servers (SMTP smuggling).
    """
    lines = "".join("\n" if sign in _LINE_ENDS else sign for sign in text.replace("\r\n", "\n"))
    return "".join(sign for sign in lines.replace("\r", "\n") if _shows(sign))


def one_line(text: str, longest: int = LONGEST_SUBJECT) -> str:
    """A text of somebody else's as it may stand in a header: one line, of bounded length."""
    line = " ".join(visible(text).split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def _shows(sign: str) -> bool:
    return sign in _KEPT or unicodedata.category(sign) not in _DROPPED


def as_text(letter: Letter) -> str:
    """The letter in plain text, for everybody whose mail program shows that, and for ever."""
    return "\n\n".join(visible(part) for part in _parts(letter)) + "\n"


def _parts(letter: Letter) -> Iterator[str]:
    yield letter.title if letter.stub is None else f"{letter.title}\n{letter.stub.number}"
    if letter.code:
        yield letter.code
    yield from letter.paragraphs
    if letter.facts:
        yield _columns(letter.facts)
    if letter.quote is not None:
        quoted = "\n".join(f"> {line}" for line in visible(letter.quote.words).split("\n"))
        yield f"{letter.quote.label}:\n{quoted}"
    yield from letter.after
    if letter.link is not None:
        yield f"{letter.link.label}:\n{letter.link.url}"
    if letter.stub is not None:
        yield _RULE.rstrip()
        yield f"{letter.stub.verify}\n{letter.stub.command}"
        yield _columns(letter.stub.facts)
    yield letter.company


def _columns(facts: Sequence[Fact]) -> str:
    width = max(len(fact.label) for fact in facts) + 2
    rows = [(f"{fact.label}:", visible(fact.value).replace("\n", " ")) for fact in facts]
    return "\n".join(f"{label:<{width}}{value}" for label, value in rows)
