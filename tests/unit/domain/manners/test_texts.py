from __future__ import annotations

import pytest

from bot.domain.manners.findings import GROUNDS, Finding, Rule
from bot.domain.manners.texts import WordListError, is_kind, judge, lexicon, plain
from tests.fixtures.manners_talks import labelled, lexicons

WORDS = lexicons()


def figures(language: str, *parts: str) -> tuple[float, float]:
    """Precision and recall over parts of the labelled set: bad is what is found at all."""
    rows = [row for part in parts for row in labelled(language, part)]
    found = [(rule, bool(judge(text, [WORDS[language]]))) for rule, text in rows]
    hits = sum(hit for rule, hit in found if rule != "ok")
    return hits / max(1, sum(hit for _, hit in found)), hits / sum(rule != "ok" for rule, _ in found)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("part", ["develop", "kept"])
def test_precision_and_recall(language: str, part: str) -> None:
    """Of what is found nine in ten are faults, and of the faults nine in ten are found."""
    precision, recall = figures(language, part)
    print(f"\n{language} {part}: precision {precision:.2f}, recall {recall:.2f}")  # noqa: T201  # with -s
    assert precision >= 0.9
    assert recall >= 0.9


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_nobody_thought_of_is_rarely_blamed(language: str) -> None:
    """Unseen texts: what is found are faults. How many are missed is printed; docs/manners.md says why."""
    precision, recall = figures(language, "unseen")
    print(f"\n{language} unseen: precision {precision:.2f}, recall {recall:.2f}")  # noqa: T201  # with -s
    assert precision >= 0.9


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_set_is_large_and_even(language: str) -> None:
    """At least 80 phrasings in a language, about half of them good, none twice."""
    rows = [row for part in ("develop", "kept") for row in labelled(language, part)]
    good = sum(rule == "ok" for rule, _ in rows)
    assert len(rows) >= 80
    assert 0.4 <= good / len(rows) <= 0.6
    assert len({text for _, text in rows}) == len(rows)
    assert {rule for rule, _ in rows} - {"ok"} == set(Rule) & set(WORDS[language].says)


def test_the_rule_and_the_words_are_named() -> None:
    """A finding says what is wrong, with which words, why, and by which law."""
    (found,) = judge("Only today: keep your files.", [WORDS["en"]], "cancel.yml: x (en)")
    assert found == Finding("cancel.yml: x (en)", Rule.URGENCY, "only today")
    assert found.why == "presses for a decision now where nothing presses"
    assert found.law is not None
    assert "India" in found.law


def test_a_date_is_no_urgency() -> None:
    """That "it ends on 30 November" says when; "only today" presses."""
    assert judge("It ends on 30 November.", [WORDS["en"]]) == []
    assert judge("Es endet am 30. November.", [WORDS["de"]]) == []


def test_marks_need_no_word_list() -> None:
    """Exclamation marks and faces cheer in every language."""
    assert [finding.rule for finding in judge("C'est fini !", [])] == [Rule.CHEER]
    assert [finding.rule for finding in judge("C'est fini 🎉", [])] == [Rule.CHEER]
    assert judge("C'est fini. ✓ →", []) == []


def test_values_and_spellings_do_not_matter() -> None:
    """What is filled in is not read, and curly quotes, capitals and wide spaces hide nothing."""
    assert plain("DON’T  go, {name}") == "don't go, x"
    assert [finding.rule for finding in judge("We HATE\u00a0to see you leave.", [WORDS["en"]])] == [
        Rule.SADNESS
    ]


def test_every_rule_has_its_ground() -> None:
    """No rule without a reason; and with a law where one governs."""
    assert set(GROUNDS) == set(Rule)
    assert all(ground.why for ground in GROUNDS.values())
    assert Finding("x", Rule.CHEER, "!").law is None


def test_what_a_text_asks_for() -> None:
    """The kinds tell a question about who it is from one about why."""
    words = WORDS.values()
    assert is_kind("identity", "Which e-mail address is the account under?", words)
    assert is_kind("reason", "Was war der Grund?", words)
    assert not is_kind("reason", "Which one should end?", words)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[guilt]\nsays = ['x']", "lacks"),
        ("[guilt]\nsays = ['(']", "word list xx"),
        ("[nonsense]\nsays = ['x']", "nonsense"),
        ("[guilt", "word list xx"),
        ("[guilt]\nsays = ['@nowhere@']", "nowhere"),
    ],
)
def test_a_broken_word_list_says_what_is_wrong(content: str, said: str) -> None:
    """A language that lacks a table, or holds a broken pattern, is refused in one line."""
    with pytest.raises(WordListError, match=said):
        lexicon("xx", content)
