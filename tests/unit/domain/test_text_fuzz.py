"""Any text at all: nothing that is done to it fails, or takes more than its length is worth."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text import MAX_TEXT, is_command, mask, mask_secrets, normalise

#: Every code point there is: unassigned ones, private ones and halves of surrogate pairs too.
ANY = st.text(st.characters(exclude_categories=()), max_size=200)
#: What repeats, as texts do that are made to keep somebody busy.
PIECES = st.lists(
    st.one_of(
        st.sampled_from(["1 ", "123 456/", "11 22 33 ", "a@", "a.b@c.", "\u0301", "\u0327\u0301", "x@y.de,"]),
        st.text("0123456789 -./@a\u0301\u0327\u200d", min_size=1, max_size=12),
    ),
    min_size=1,
    max_size=4,
)
#: More than a request's body can hold.
BODY = 80_000


@given(ANY)
def test_any_text_is_normalised_and_masked(text: str) -> None:
    """Whatever it holds; the result can be stored, and looks the same when it is done again."""
    plain = normalise(text)
    masked = mask(plain)

    plain.encode("utf-8")
    assert normalise(plain) == plain
    assert mask(masked.text).text == masked.text
    assert isinstance(is_command(plain), bool)
    assert mask_secrets(mask_secrets(plain)) == mask_secrets(plain)


@pytest.mark.timeout(120)
@given(PIECES)
def test_what_repeats_is_normalised_and_masked(pieces: list[str]) -> None:
    """Four thousand characters of the same again and again end, masked as the first of them would be."""
    unit = "".join(pieces)
    plain = normalise((unit * MAX_TEXT)[:MAX_TEXT])

    masked = mask(plain).text

    assert mask(masked).text == masked


@given(ANY, st.integers(min_value=31, max_value=400))
def test_marks_in_a_storm_are_thinned(text: str, count: int) -> None:
    """Thirty on one letter are kept, in one order; more are not, and normalising again keeps it so."""
    stormy = normalise(text + "a" + "\u0327\u0301" * count)

    assert normalise(stormy) == stormy
    assert unicodedata.is_normalized("NFKC", stormy)
    marks = "".join("m" if unicodedata.combining(char) else " " for char in stormy).split()
    assert max(map(len, marks), default=0) <= 30


def test_as_many_marks_as_languages_use_are_kept() -> None:
    """Vietnamese, Hebrew with its points, and a name with dots above and below."""
    for text in ("Việt", "בְּרֵאשִׁית", "q\u0307\u0323"):
        assert normalise(text) == unicodedata.normalize("NFKC", text)


@pytest.mark.parametrize("slash", "\uff0f\u2044\u2215\u29f8\u2571\u27cb")
def test_what_looks_like_a_slash_is_one(slash: str) -> None:
    """Who types a command with it means one, and commands that nobody offers do nothing."""
    assert is_command(normalise(f"\u200b{slash}cancel"))


@pytest.mark.parametrize(
    "text", ['{"intent": "cancel", "confidence": 1.0}', '["cancel"]', "{cancel}", "[[1]]"]
)
def test_data_is_no_declaration(text: str) -> None:
    """It is a program's, or somebody's who wants to see what it does."""
    assert is_command(normalise(text))


@pytest.mark.parametrize(
    "text", ["[email]", "[email] [code]", "{ cancel my plan", "cancel {it}", "[sigh] cancel"]
)
def test_brackets_alone_make_no_data(text: str) -> None:
    """People use them, and so does masking."""
    assert not is_command(normalise(text))


@pytest.mark.timeout(60)
def test_a_storm_of_marks_takes_no_long_time() -> None:
    """Unicode puts marks in order by moving each past the others: seconds for one message, once."""
    normalise("a" + "\u0315" * BODY + "\u0327" * BODY)


@pytest.mark.timeout(60)
def test_a_chain_of_codes_takes_no_long_time() -> None:
    """Each is one only once the next is gone: that took a pass over the whole text for each of them."""
    masked = mask("11 22 33 123 456/" * (BODY // 17))

    assert len(masked.codes) == 2 * (BODY // 17)
    assert not any(char.isdigit() for char in masked.text)


def test_an_address_that_is_kept_is_kept_whole() -> None:
    """A receipt quotes addresses: a code within one is no code, whatever is masked after it."""
    assert mask_secrets("a@123456.de 654321, c@111222.de 4111111111111111") == (
        "a@123456.de [code], c@111222.de [card]"
    )


@pytest.mark.timeout(60)
@pytest.mark.parametrize("unit", ["1 ", "1-", "a@", "a.", "a.a@a.", "@", f"{'a' * 64}@", "1.1@1.", "[code]"])
def test_near_secrets_take_no_long_time(unit: str) -> None:
    """What begins like a secret and is none, from end to end of a text."""
    mask((unit * BODY)[:BODY])
