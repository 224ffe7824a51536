"""Like messages together, and what is printed of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import yaml

from bot.domain.shadow import ShadowDecision, Shadowed, Verdict
from bot.services.candidates import Candidate, Why
from bot.services.shadow import Compared
from cli import nlu
from cli.likeness import grouped

AT = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def candidate(text: str, label: str | None = None, days: int = 0) -> Candidate:
    """Asked about, or corrected."""
    why = Why.CORRECTED if label else Why.CLARIFIED
    return Candidate(text, "en", AT + timedelta(days=days), "nlu_fallback", 0.4, why, label)


def test_the_largest_group_comes_first() -> None:
    """Typos and another order of words make no new group; another wish does."""
    groups = grouped([
        candidate("where is my parcel"),
        candidate("I want out of this contract", "cancel"),
        candidate("i want out of this contract"),
        candidate("I want out off this contract", "cancel", days=2),
    ])  # fmt: skip
    assert [group.count for group in groups] == [3, 1]
    first = groups[0]
    assert first.texts == [
        "I want out of this contract", "i want out of this contract", "I want out off this contract",
    ]  # fmt: skip
    assert (first.label, first.language) == ("cancel", "en")
    assert (first.first, first.last) == (AT, AT + timedelta(days=2))
    assert first.why == [(Why.CORRECTED, 2), (Why.CLARIFIED, 1)]
    assert grouped([]) == []


def test_for_people() -> None:
    """One line of what they have in common, and some of the wordings."""
    (group,) = grouped([candidate(f"please please please do it now {number}") for number in range(9)])
    lines = nlu.told(group, BERLIN).splitlines()
    assert lines[0] == (
        "9 messages · en · 2026-03-10 · understood nlu_fallback (9) · asked about (9) · no likely label"
    )
    assert lines[1] == "    please please please do it now 0"
    assert lines[-1] == "    … and 4 more"


def test_ready_to_be_labelled() -> None:
    """Blocks that can be put into data/nlu; where nobody knows, the place of the intent says so."""
    texts = ["let me: out - of # this", "something 'quite' different"]
    groups = grouped([candidate(texts[0], "cancel"), candidate(texts[1], days=-1)])
    blocks = yaml.safe_load(nlu.yaml_blocks(groups, BERLIN))
    assert blocks["nlu"] == [
        {"intent": "cancel", "metadata": {"language": "en"}, "examples": f"- {texts[0]}\n"},
        {"intent": nlu.UNLABELLED, "metadata": {"language": "en"}, "examples": f"- {texts[1]}\n"},
    ]
    assert yaml.safe_load(nlu.yaml_blocks([], BERLIN)) == {"version": "3.1", "nlu": []}


def test_as_json() -> None:
    """One object a line, with everything."""
    (group,) = grouped([candidate("out\u2028now", "cancel")])
    line = nlu.json_line(group)
    assert len(line.splitlines()) == 1
    assert json.loads(line) == {
        "count": 1, "first": "2026-03-10T09:30:00+00:00", "last": "2026-03-10T09:30:00+00:00",
        "language": "en", "understood": {"nlu_fallback": 1}, "why": {"corrected": 1}, "label": "cancel",
        "texts": ["out\u2028now"],
    }  # fmt: skip


def compared(verdict: Verdict, kind: Shadowed = Shadowed.CANCEL, chose: str | None = None) -> Compared:
    """A decision and its verdict."""
    decision = ShadowDecision("m_1", "m_1", "c_1", AT, "cancel", 0.71, kind)
    return Compared(decision, "I'm off, ada@example.com", verdict, chose)


def test_the_comparison_of_shadow_mode() -> None:
    """Counts and shares for each kind, and the disagreements, masked."""
    told = nlu.report(
        [
            *(compared(Verdict.AGREED) for _ in range(2)),
            compared(Verdict.DISAGREED, chose="keep"),
            compared(Verdict.UNKNOWN),
            compared(Verdict.AGREED, Shadowed.UNDO),
        ],
        BERLIN,
    )
    assert told.splitlines() == [
        "would have  decisions    agreed  disagreed  unknown",
        "cancel              4   2 (50%)    1 (25%)  1 (25%)",
        "undo                1  1 (100%)     0 (0%)   0 (0%)",
        "",
        "Disagreed:",
        "  2026-03-10 10:30  cancel (cancel 0.71), chose keep: I'm off, [email]",
    ]
