from __future__ import annotations

import pytest

from bot.domain.manners.findings import GROUNDS, Finding, Rule
from bot.domain.manners.texts import KINDS, Lexicon, WordListError, is_kind, judge, lexicon, plain
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
@pytest.mark.parametrize(("part", "precise", "finds"), [("unseen", 0.9, 0.8), ("fresh", 0.85, 0.7)])
def test_what_the_lists_were_not_written_for(language: str, part: str, precise: float, finds: float) -> None:
    """Texts that were not worked on: most faults are found, few facts are blamed (docs/manners.md)."""
    precision, recall = figures(language, part)
    print(f"\n{language} {part}: precision {precision:.2f}, recall {recall:.2f}")  # noqa: T201  # with -s
    assert precision >= precise
    assert recall >= finds


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_set_is_large_and_even(language: str) -> None:
    """At least 80 phrasings in a language, about half of them good, none twice."""
    rows = [row for part in ("develop", "kept") for row in labelled(language, part)]
    good = sum(rule == "ok" for rule, _ in rows)
    assert len(rows) >= 80
    assert 0.4 <= good / len(rows) <= 0.6
    assert len({text for _, text in rows}) == len(rows)
    assert {rule for rule, _ in rows} - {"ok"} == set(Rule) & set(WORDS[language].says)


def families(entry: str) -> Lexicon:
    """A word list that finds guilt by one entry, and nothing else."""
    kinds = "".join(f"[{kind}]\nsays = ['-']\n" for kind in KINDS)
    return lexicon("xx", f"[parts]\nteam = 'team|crew'\n[guilt]\nsays = ['{entry}']\n{kinds}")


def found(entry: str, text: str) -> list[str]:
    """The words that an entry finds in a text."""
    return [finding.words for finding in judge(text, [families(entry)])]


def test_families_are_found_near_each_other() -> None:
    """`~` keeps the order, `&` does not; whole words, one sentence, at most six words between."""
    assert found("@team@ ~ cry|weep", "Our crew here will cry.") == ["crew here will cry"]
    assert found("@team@ ~ cry", "They cry, our team.") == []
    assert found("@team@ & cry", "They cry, our team.") == ["cry, our team"]
    assert found("@team@ & cry", "The team will cry.") == ["team will cry"]
    assert found("@team@ ~ cry", "The teams will cry, or the team crying.") == []
    assert found("@team@ ~ cry", "That is our team. They cry.") == []
    assert found("@team@ ~ cry", "The team one two three four five six cry.") != []
    assert found("@team@ ~ cry", "The team one two three four five six seven cry.") == []


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
        ("[guilt]\nsays = ['a & b & c']", "word list xx"),
    ],
)
def test_a_broken_word_list_says_what_is_wrong(content: str, said: str) -> None:
    """A language that lacks a table, or holds a broken pattern, is refused in one line."""
    with pytest.raises(WordListError, match=said):
        lexicon("xx", content)
