"""Full-text search: the same words are found on both databases, and whatever is typed is only words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.finding import Cursor, Filter
from bot.ports import Store
from bot.store import finding, search
from tests.contract.backends import opened
from tests.contract.test_finding import names, page, talk
from tests.fixtures import builders

SAID = {
    "c_1": "I want to cancel my Pro plan",
    "c_2": "Bitte kündigen Sie mein Abo, es ist mir zu teuer",
    "c_3": "Receipt R-4F7K-9M2Q: cancellation confirmed on 30.11.2026",
    "c_4": "Größe, naïve Straße and ＦＡＮＣＹ letters",
    "c_5": "call me on +49 171 5550123 or write to ada@example.com, IBAN DE89370400440532013000",
}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A database in which all that was said."""
    with opened(request.param, request, tmp_path) as made:
        for minute, (name, text) in enumerate(SAID.items()):
            talk(made.store, name, minute, text)
        yield made.store


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("cancel", ["c_3", "c_1"]),
        ("cancel ", ["c_1"]),
        ("CANCEL plan", ["c_1"]),
        ("plan cancel pro", ["c_1"]),
        ("cancel abo", []),
        ("kündigen", ["c_2"]),
        ("kundig", ["c_2"]),
        ("grosse", ["c_4"]),
        ("strasse naive fancy", ["c_4"]),
        ('"want to cancel"', ["c_1"]),
        ('"cancel to want"', []),
        ('"to canc"', []),
        ('"want to" pro', ["c_1"]),
        ('"unfinished pro', []),
        ("R-4F7K-9M2Q", ["c_3"]),
        ("r-4f7k-9m2q ", ["c_3"]),
        ("4F7K", ["c_3"]),
        ("R-4F7K-9M", ["c_3"]),
        ("30.11.2026", ["c_3"]),
        ("nothing", []),
    ],
)
def test_words(store: Store, asked: str, expected: list[str]) -> None:
    """All of them; the last may be a beginning; accents and case don't count; phrases stand in quotes."""
    assert names(store, Filter(words=asked)) == expected


@pytest.mark.parametrize(("hits", "walked"), [(2, 9), (1, 9), (1, 1), (9, 1)])
def test_a_phrase_is_walked_to_or_looked_up(
    store: Store, monkeypatch: pytest.MonkeyPatch, hits: int, walked: int
) -> None:
    """Whichever is quicker finds the same, newest first, page after page."""
    for minute, name in enumerate(("d_1", "d_2"), len(SAID)):
        talk(store, name, minute, f"want to cancel, says {name}")
    monkeypatch.setattr(finding, "HITS", hits)
    monkeypatch.setattr(search, "_WALKED", walked)
    found: list[str] = []
    cursor: Cursor | None = None
    for _ in range(9):
        shown = page(store, Filter(words='"want to cancel"'), cursor=cursor)
        found += [item.conversation.id for item in shown.found]
        cursor = shown.cursor
        if cursor is None:
            break
    assert found == ["d_2", "d_1", "c_1"]


@pytest.mark.parametrize("asked", ["+49 171 5550123", "171", "5550", "ada@example.com", "DE89370400", "ada"])
def test_what_is_masked_is_not_found(store: Store, asked: str) -> None:
    """Else a number that only dots are shown of could be guessed, digit by digit."""
    assert names(store, Filter(words=asked)) == []
    assert names(store, Filter(words="write to")) == ["c_5"]


@pytest.mark.parametrize(
    "asked",
    [
        "cancel OR kündigen", "cancel NOT plan", "cancel AND plan AND abo", "NEAR(cancel plan)", "words:xyz",
        "canc* | abo", "cancel & !plan", "(cancel", "cancel <-> abo", "'", "''; DROP TABLE messages; --", "^",
        '"', '""', "*", ":*", "\\", "%", "_", "a" * 200, "㌀" * 200, "ﷺ" * 200, "x " * 100, "\ud7ff", "\x00",
        "a\x00b", "🙂", "-cancel -plan xyz",
    ],
)  # fmt: skip
def test_syntax_is_only_words(store: Store, asked: str) -> None:
    """Of neither database: it finds what the same words without any of it find."""
    plain = " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFKD", asked)))
    assert names(store, Filter(words=asked)) == names(store, Filter(words=plain))


def test_anything_can_be_typed_and_said(store: Store) -> None:
    """Any text is entered and asked for without an error; asked for whole, it finds itself."""

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40))
    def tried(text: str) -> None:
        page(store, Filter(words=text))
        page(store, Filter(words=f'"{text}"'))

    tried()


def test_a_conversation_is_found_once_with_its_newest_hit(store: Store) -> None:
    """And the message that was found is shown, not the last one."""
    talk(store, "c_6", 10, "a zebra", "the zebra again", "never mind")
    (found,) = page(store, Filter(words="zebra")).found
    assert found.message is not None
    assert found.message.text == "the zebra again"


def test_pages_of_a_search(store: Store) -> None:
    """Newest first, one after another to the end."""
    for number in range(7):
        talk(store, f"z_{number}", 20 + number, "a zebra")
    assert names(store, Filter(words="zebra"), limit=3) == [f"z_{number}" for number in range(6, -1, -1)]


def test_only_what_is_committed_is_found(store: Store) -> None:
    """A message that was given up stands in no search."""
    with store.begin() as work:
        work.messages.add(builders.message("c_1", "an ocelot"))
    assert names(store, Filter(words="ocelot")) == []
    with store.begin() as work:
        work.messages.add(builders.message("c_1", "an ocelot"))
        work.commit()
    assert names(store, Filter(words="ocelot")) == ["c_1"]
