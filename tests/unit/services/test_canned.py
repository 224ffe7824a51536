from __future__ import annotations

import pytest

from bot.domain.desk import CannedReply
from bot.domain.errors import FairwellError
from bot.services import audit, canned
from tests.unit.services.staffed import Staffed


def titles(staffed: Staffed, language: str | None = None) -> list[str]:
    """What is there to choose from."""
    return [item.title for item in canned.listed(staffed.deps, language)]


def changes(staffed: Staffed) -> list[dict[str, str]]:
    """As the audit has them, oldest first."""
    return [dict(item.what) for item in reversed(audit.listed(staffed.deps, action="configured"))]


def test_they_are_listed_by_language_and_title(staffed: Staffed) -> None:
    """All for those who write them, those of the customer's language for those who send them."""
    for title, language in (("Thanks", "en"), ("Danke", "de"), ("Hello", "en")):
        canned.put(staffed.deps, "st_1", title, language, "…")
    assert titles(staffed) == ["Danke", "Hello", "Thanks"]
    assert titles(staffed, "en") == ["Hello", "Thanks"]
    assert titles(staffed, "fr") == []


def test_one_is_changed_where_it_is(staffed: Staffed) -> None:
    """No second one appears, and who did it is written down."""
    canned.put(staffed.deps, "st_1", " Hello ", "en", " Hello {name}. ")
    (made,) = canned.listed(staffed.deps)
    assert made == CannedReply(made.id, "Hello", "en", "Hello {name}.")
    canned.put(staffed.deps, "st_1", "Hallo", "de", "Hallo {name}.", made.id)
    assert list(canned.listed(staffed.deps)) == [CannedReply(made.id, "Hallo", "de", "Hallo {name}.")]
    assert changes(staffed) == [{"put": "Hello"}, {"put": "Hallo"}]


@pytest.mark.parametrize(
    ("title", "language", "text"),
    [
        ("", "en", "x"), (" \n", "en", "x"), ("x" * 81, "en", "x"), ("x", "en", ""), ("x", "en", " \n "),
        ("x", "en", "x" * 4001), ("x", "fr", "x"), ("x", "", "x"), ("x", "de-AT", "x"), ("x", "EN", "x"),
    ],
)  # fmt: skip
def test_what_is_none_is_refused(staffed: Staffed, title: str, language: str, text: str) -> None:
    """Empty, far too long, or in a language the bot does not speak; nothing is written down of it."""
    with pytest.raises(FairwellError):
        canned.put(staffed.deps, "st_1", title, language, text)
    assert (titles(staffed), changes(staffed)) == ([], [])


def test_the_longest_there_may_be(staffed: Staffed) -> None:
    """Without the spaces around it."""
    canned.put(staffed.deps, "st_1", f" {'x' * 80} ", "en", f" {'y' * 4000}\n")
    (made,) = canned.listed(staffed.deps)
    assert (len(made.title), len(made.text)) == (80, 4000)


def test_one_is_taken_away(staffed: Staffed) -> None:
    """The others stay; twice is once."""
    for title in ("one", "two"):
        canned.put(staffed.deps, "st_1", title, "en", "…")
    first = canned.listed(staffed.deps)[0]
    for _ in range(2):
        canned.remove(staffed.deps, "st_1", first.id)
    assert titles(staffed) == ["two"]
    assert changes(staffed)[-1] == {"removed": first.id}
