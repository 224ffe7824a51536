import pytest

from bot.understanding.payload import looks_like_payload

BLANKS = [
    " ",
    "\t",
    "\n",
    "\r",
    "\v",
    "\f",
    "\u00a0",
    "\u1680",
    "\u2003",
    "\u2028",
    "\u202f",
    "\u205f",
    "\u3000",
]
INVISIBLE = [
    "\u200b",
    "\u200c",
    "\u200d",
    "\u2060",
    "\ufeff",
    "\u00ad",
    "\u200e",
    "\u202e",
    "\u0000",
    "\u001f",
]


@pytest.mark.parametrize("before", ["", *BLANKS, *INVISIBLE, " \u200b\u3000\ufeff "])
@pytest.mark.parametrize("slash", ["/", "\uff0f", "\u2044", "\u2215", "\u29f8"])
def test_a_slash_is_seen_behind_anything_invisible(before: str, slash: str) -> None:
    """Whatever stands before it, a slash of any shape is taken for what Rasa would take it for."""
    assert looks_like_payload(f'{before}{slash}cancel{{"customer":"demo-multi"}}')


@pytest.mark.parametrize("text", ["", "   ", "cancel", "a/b", "1/2", "yes / no", "[email]"])
def test_other_texts_are_let_through(text: str) -> None:
    """A slash inside a text is nothing special."""
    assert not looks_like_payload(text)
