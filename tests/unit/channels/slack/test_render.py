from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversations import RenderedReply, ReplyKind
from channels.slack import render
from tests.fixtures.slack import block_rules
from tests.unit.channels.slack.support import RECEIPT, UNDO, reply


def words(name: str, locale: str | None) -> str:
    """Names instead of wording."""
    return f"{name}:{locale or ''}"


def test_a_text() -> None:
    """Plain text: no emphasis, no link and no name arises from what anybody wrote."""
    text, blocks = render.message(reply("*Hi* <!channel> & <@U1> :smile:"), words)

    assert text == "*Hi* &lt;!channel&gt; &amp; &lt;@U1&gt; :smile:"
    plain = {"type": "plain_text", "text": "*Hi* <!channel> & <@U1> :smile:", "emoji": False}
    assert blocks == [{"type": "section", "text": plain}]


def test_buttons() -> None:
    """Five in a row, in their order, all of one weight; Telegram's are left out."""
    given_ones = [("cancel:P", f"Plan {number}", f"tok{number}") for number in range(7)]
    _, blocks = render.message(
        reply("Which?", ("share_contact", "Share", "no"), *given_ones, ("open_private", "Open", "no")), words
    )

    assert [len(block["elements"]) for block in blocks[1:]] == [5, 2]  # type: ignore[arg-type]
    shown = block_rules.buttons(blocks)
    assert [(item["text"]["text"], item["value"]) for item in shown] == [(t, tok) for _, t, tok in given_ones]
    assert not any("style" in item for item in shown)
    assert block_rules.complaint(blocks) is None


def test_a_receipt() -> None:
    """Its number in code, its buttons, and its address as a button of its own."""
    _, blocks = render.message(reply("Done.", UNDO, receipt=True), words)

    assert [block["type"] for block in blocks] == ["section", "context", "actions"]
    assert block_rules.words(blocks) == "Done.\nslack_receipt_number:en `R-1`"
    undo, link = block_rules.buttons(blocks)
    assert undo["value"] == "token-undo"
    assert (link["url"], link["text"]["text"]) == (RECEIPT.url, "slack_receipt_link:en")
    assert "value" not in link


def test_after_a_press() -> None:
    """A tick and what was chosen; other choices of the same message go, links stay."""
    rows = [(f"reason:{number}", f"Reason {number}", f"tok{number}") for number in range(6)]
    _, blocks = render.message(reply("Why?", *rows, receipt=True), words)
    pressed = {**block_rules.buttons(blocks)[1], "block_id": "m-0"}

    left = render.used(blocks, pressed)

    assert block_rules.words(left).splitlines()[-1] == "✓ Reason 1"
    assert [item.get("url") for item in block_rules.buttons(left)] == [RECEIPT.url]
    assert block_rules.complaint(left) is None
    # Again, as when two presses cross: nothing is left to take away.
    assert block_rules.buttons(render.used(left, pressed)) == block_rules.buttons(left)


def test_the_home_tab() -> None:
    """A heading, what they would be told, and where to write."""
    view = render.home(
        [reply("Pro, until 31 January.", UNDO), reply("Basic.", ("x", "Cancel now", "tok2"))], words
    )
    blocks = view["blocks"]
    assert isinstance(blocks, list)

    assert block_rules.complaint(blocks, "home") is None
    assert block_rules.words(blocks).splitlines() == [
        "slack_home_title:",
        "Pro, until 31 January.",
        "Basic.",
        "slack_home_hint:",
    ]
    assert [item["value"] for item in block_rules.buttons(blocks)] == ["token-undo", "tok2"]


_BUTTON = st.tuples(st.text(max_size=300), st.text(max_size=200), st.from_regex(r"\A[A-Za-z0-9_-]{1,128}\Z"))


@given(st.text(max_size=9000), st.lists(_BUTTON, max_size=30), st.booleans())
def test_slack_takes_whatever_is_rendered(
    text: str, buttons: list[tuple[str, str, str]], receipt: bool
) -> None:
    """No text, however long, and no button breaks one of Slack's rules."""
    rendered = RenderedReply(ReplyKind.TEXT, f"x{text}", tuple(buttons), RECEIPT if receipt else None, None)
    fallback, blocks = render.message(rendered, words)
    home = render.home([rendered] * 8, words)["blocks"]
    assert isinstance(home, list)

    assert fallback
    assert block_rules.complaint(blocks) is None
    assert block_rules.complaint(home, "home") is None


def test_a_long_text_is_cut_between_words() -> None:
    """Nothing of it is lost."""
    text = " ".join(["words"] * 1500)
    _, blocks = render.message(reply(text), words)

    parts = block_rules.words(blocks).splitlines()
    assert len(parts) > 1
    assert " ".join(parts) == text
