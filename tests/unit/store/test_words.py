from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.words import Term, entered, folded, for_postgres, for_sqlite, terms

ANY = st.text(st.characters(exclude_categories=()), max_size=80)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kündigen", "kundigen"),
        ("GRÖẞE Straße", "grosse strasse"),
        ("R-4F7K-9M2Q", "r 4f7k 9m2q"),
        ("30.11.2026", "30 11 2026"),
        ("snake_case", "snake case"),
        ("don't", "don t"),
        ("ｆｕｌｌ", "full"),
        ("e\u0301te\u0301", "ete"),
        ("  \n–—„“ ", ""),
        ("", ""),
        ("🙂 ok", "ok"),
    ],
)
def test_texts_become_words(text: str, expected: str) -> None:
    """Letters and digits with single spaces between, without accents and case."""
    assert folded(text) == expected


@given(ANY)
def test_words_hold_nothing_but_letters_and_digits(text: str) -> None:
    """Whatever it was; and words stay the words they are."""
    plain = folded(text)
    assert re.fullmatch(r"(?:[^\W_]+(?: [^\W_]+)*)?", plain)
    assert max(map(len, plain.split()), default=0) <= 64
    assert folded(plain) == plain


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("cancel", [Term(("cancel",), begins=True)]),
        ("cancel ", [Term(("cancel",))]),
        ("two words", [Term(("two",)), Term(("words",), begins=True)]),
        ('"two words" more', [Term(("two", "words")), Term(("more",), begins=True)]),
        ('"two words"', [Term(("two", "words"))]),
        ('"open end', [Term(("open", "end"))]),
        ("R-4F7K", [Term(("r", "4f7k"), begins=True)]),
        ("a", [Term(("a",))]),
        ("ab", [Term(("ab",), begins=True)]),
        ('- ! "" \'', []),
        ("", []),
        ("cancel*", [Term(("cancel",), begins=True)]),
        ("(a OR b)", [Term(("a",)), Term(("or",)), Term(("b",))]),
    ],
)
def test_questions_become_terms(question: str, expected: list[Term]) -> None:
    """Words, phrases in quotes, and a last word that may be a beginning: no other syntax."""
    assert terms(question) == expected


@given(ANY)
def test_no_question_is_too_much(text: str) -> None:
    """So many terms of so many words, none of them empty."""
    found = terms(text * 40)
    assert len(found) <= 12
    assert all(1 <= len(term.words) <= 12 and all(term.words) for term in found)


@given(ANY)
def test_what_is_typed_is_no_syntax(text: str) -> None:
    """Neither of FTS5 nor of a tsquery: what is not ours is letters and digits."""
    asked = terms(text)
    sqlite = r'"[^\W_]+(?: [^\W_]+)*"\*?'
    postgres = r"\([^\W_]+(?: <-> [^\W_]+)*(?::\*)?\)"
    assert re.fullmatch(rf"(?:{sqlite}(?: {sqlite})*)?", for_sqlite(asked))
    assert re.fullmatch(rf"(?:{postgres}(?: & {postgres})*)?", for_postgres(asked))


def test_both_databases_are_asked_the_same() -> None:
    """In the syntax of each."""
    asked = terms('"to leave" now canc')
    assert for_sqlite(asked) == '"to leave" "now" "canc"*'
    assert for_postgres(asked) == "(to <-> leave) & (now) & (canc:*)"


def test_what_is_hidden_is_not_entered() -> None:
    """What staff see only dots of is not found by trying; the words around it are."""
    text = "Write to ada@example.com or +49 171 5550123, please"
    assert entered(text).split()[:2] == ["write", "to"]
    assert not {"ada", "example", "171", "5550123"} & set(entered(text).split())
