from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup

from bot.domain.conversations import ReceiptSummary, RenderedReply, ReplyKind
from channels.telegram import render
from tests.fixtures.telegram.stand_in_rules import markup_of, text_of

AT = datetime(2026, 3, 10, tzinfo=UTC)
UNDO = ("undo", "Undo", "tok-1")
SHARE = ("share_contact", "Share my number", "")
PRIVATE = ("open_private", "Open a private chat", "")


def receipt(
    url: str = "https://leave.example.com/receipts/R-1?key=a&b", number: str = "R-1"
) -> ReceiptSummary:
    """A receipt that is opened there."""
    return ReceiptSummary(number, "cancel", "Pro", AT, AT, url)


def say(
    text: str, *buttons: tuple[str, str, str], of: ReceiptSummary | None = None, plain: bool = False
) -> render.Outgoing:
    """What is sent for a text with buttons and a receipt."""
    reply = RenderedReply(ReplyKind.TEXT, text, buttons, of)
    return render.outgoing(reply, link_title="Open receipt", username="fairwell_test_bot", plain=plain)


def rows(message: render.Outgoing) -> list[list[tuple[str, str]]]:
    """The inline keyboard: titles with data or address."""
    if not isinstance(message.markup, InlineKeyboardMarkup):
        return []
    return [[(b.text, str(b.callback_data or b.url)) for b in row] for row in message.markup.inline_keyboard]


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r"), min_size=1).filter(str.strip))
def test_any_text_arrives_as_it_is(text: str) -> None:
    """Whatever a text holds, Telegram reads no mark-up from it."""
    message = say(text)
    assert message.html
    assert text_of({"text": message.text, "parse_mode": "HTML"}) == (text, [])


def test_the_number_of_a_receipt() -> None:
    """Is set apart wherever it stands by itself, so that a tap copies it."""
    message = say("<Done>. Receipt R-1, not R-12 or XR-1. R-1", of=receipt())
    assert message.text == "&lt;Done&gt;. Receipt <code>R-1</code>, not R-12 or XR-1. <code>R-1</code>"
    assert say("R-1").text == "R-1"
    assert say("<R&1>", of=receipt(number="<R&1>")).text == "<code>&lt;R&amp;1&gt;</code>"


def test_the_link_of_a_receipt() -> None:
    """Is a button in a row of its own."""
    assert rows(say("Done.", UNDO, of=receipt())) == [
        [("Undo", "tok-1")],
        [("Open receipt", "https://leave.example.com/receipts/R-1?key=a&b")],
    ]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/receipts/R-1?key=a",
        "https://127.0.0.1/r",
        "https://localhost/r",
        "https://app.localhost:8443/r",
        "https://[::1]/r",
        "https://10.0.0.5/r",
        "https://box/r",
        "https://box.local/r",
        "http://leave.example.com/r",
        "https://[broken/r",
        "receipts/R-1",
    ],
)
def test_a_link_that_telegram_would_refuse(url: str) -> None:
    """Is the last line of the text."""
    message = say("Done.", UNDO, of=receipt(url))
    assert message.text == f"Done.\nOpen receipt: {url}"
    assert rows(message) == [[("Undo", "tok-1")]]


def test_rows() -> None:
    """Two by two where all titles are short, else one below the other: all of one width."""
    short = [(f"reason:{n}", f"Reason {n}", f"t{n}") for n in range(5)]
    assert [len(row) for row in rows(say("Why?", *short))] == [2, 2, 1]
    long = ("reason:6", "A title that needs the whole row", "t6")
    assert [len(row) for row in rows(say("Why?", *short, long))] == [1] * 6


@given(
    st.lists(
        st.tuples(
            st.just("name"),
            st.text(st.characters(categories=("L", "N")), min_size=1, max_size=60),
            st.text("abcXYZ019_-", min_size=1, max_size=64),
        ),
        max_size=12,
    )
)
def test_buttons_keep_their_order_and_tokens(buttons: list[tuple[str, str, str]]) -> None:
    """Whatever their number and titles, Telegram takes them, and a token of ours fits."""
    message = say("Which?", *buttons)
    flat = [button for row in rows(message) for button in row]
    assert flat == [(title, token) for _, title, token in buttons]
    assert markup_of({"reply_markup": message.markup.to_json() if message.markup else None}) or not buttons


def test_asking_for_the_phone_number() -> None:
    """Is a keyboard of its own, unless there are buttons: a message holds one kind."""
    keyboard = say("Who are you?", SHARE).markup
    assert isinstance(keyboard, ReplyKeyboardMarkup)
    assert keyboard.one_time_keyboard
    assert keyboard.resize_keyboard
    ((button,),) = keyboard.keyboard
    assert (button.text, button.request_contact) == ("Share my number", True)
    assert rows(say("Who are you?", SHARE, UNDO)) == [[("Undo", "tok-1")]]
    assert say("Hello").markup is None


def test_the_way_to_a_private_chat() -> None:
    """Is a link to the bot, no press."""
    assert rows(say("In private.", PRIVATE)) == [[("Open a private chat", "https://t.me/fairwell_test_bot")]]


def test_plain() -> None:
    """Without any mark-up, and links as text; buttons stay."""
    message = say("<R-1>", UNDO, PRIVATE, of=receipt("https://leave.example.com/r?a&b"), plain=True)
    assert not message.html
    assert message.text == (
        "<R-1>\nOpen a private chat: https://t.me/fairwell_test_bot\nOpen receipt: https://leave.example.com/r?a&b"
    )
    assert rows(message) == [[("Undo", "tok-1")]]


def test_personal() -> None:
    """Receipts, and every button but the way to a private chat."""
    text = RenderedReply(ReplyKind.TEXT, "x")
    assert not render.is_personal(text)
    assert not render.is_personal(RenderedReply(ReplyKind.TEXT, "x", (PRIVATE,)))
    assert render.is_personal(RenderedReply(ReplyKind.TEXT, "x", (PRIVATE, UNDO)))
    assert render.is_personal(RenderedReply(ReplyKind.TEXT, "x", (SHARE,)))
    assert render.is_personal(RenderedReply(ReplyKind.RECEIPT, "x", receipt=receipt()))


def test_a_keyboard_that_was_used() -> None:
    """Shows what was chosen, which does nothing any more; links stay."""
    keyboard = InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton("Pro", callback_data="t1"),
                InlineKeyboardButton("Team", callback_data="t2"),
            ],
            [InlineKeyboardButton("Open receipt", url="https://x.example.com")],
        ]
    )
    used = render.marked(keyboard, "t2")
    assert used is not None
    assert [[(b.text, b.callback_data, b.url) for b in row] for row in used.inline_keyboard] == [
        [("✓ Team", "used", None)],
        [("Open receipt", None, "https://x.example.com")],
    ]
    assert render.marked(keyboard, "t3") is None
    assert render.marked(used, "t2") is None
