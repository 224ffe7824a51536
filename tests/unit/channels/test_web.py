from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone
from uuid import UUID

import pytest

from bot.domain.conversations import Author, Message, ReceiptSummary, RenderedReply, ReplyKind
from channels.contract import Channel, Inbound
from channels.web import parse, render
from channels.web.adapter import WebChannel

AT = datetime(2026, 3, 10, 10, 30, 0, 999_999, timezone(timedelta(hours=1)))
RECEIPT = ReceiptSummary("R-1", "cancel", "Pro", AT, AT, "http://127.0.0.1:8000/receipts/R-1?key=k")
MESSAGE = Message(
    "c_1",
    7,
    Author.BOT,
    ReplyKind.RECEIPT,
    "Done.",
    AT,
    buttons=(("undo", "Undo", "token"),),
    receipt=RECEIPT,
)


def test_a_reply() -> None:
    """Exactly the keys of the interface; times in UTC, whole seconds."""
    assert render.reply(MESSAGE) == {
        "seq": 7,
        "kind": "receipt",
        "text": "Done.",
        "buttons": [{"name": "undo", "title": "Undo", "token": "token"}],
        "receipt": {
            "number": "R-1",
            "kind": "cancel",
            "subscription": "Pro",
            "received_at": "2026-03-10T09:30:00Z",
            "effective_at": "2026-03-10T09:30:00Z",
            "url": "http://127.0.0.1:8000/receipts/R-1?key=k",
        },
    }


def test_a_message_without_a_receipt() -> None:
    """The key is left out, not null."""
    plain = Message("c_1", 1, Author.CUSTOMER, ReplyKind.TEXT, "hello", AT)

    assert render.line(plain) == {
        "seq": 1,
        "kind": "text",
        "text": "hello",
        "buttons": [],
        "from": "customer",
        "at": "2026-03-10T09:30:00Z",
    }


def test_answers() -> None:
    """With replies, or on the way, from the bot or from a person; a page says whether it is the first."""
    assert render.replies(()) == {"replies": []}
    assert render.pending(person=False) == {"replies": [], "pending": True}
    assert render.pending(person=True) == {"replies": [], "pending": True, "person": True}
    assert render.history([MESSAGE])["messages"] == [render.line(MESSAGE)]
    assert render.page([MESSAGE], earlier=True) == {"messages": [render.line(MESSAGE)], "earlier": True}


def test_inbound() -> None:
    """A text made whole, or a button's token; the id in one spelling."""
    identifier = UUID("ABCDEF00-0000-4000-8000-000000000001")

    said = parse.inbound("c_1", identifier, text="half \ud83d, whole 😀", button=None)
    pressed = parse.inbound("c_1", identifier, text=None, button="token")

    assert said == Inbound("web", "c_1", "abcdef00-0000-4000-8000-000000000001", text="half \ufffd, whole 😀")
    assert pressed == Inbound("web", "c_1", "abcdef00-0000-4000-8000-000000000001", button="token")


@pytest.mark.parametrize(
    ("token", "can_be"),
    [("Ab-_9", True), ("", False), ("a b", False), ("a" * 129, False), ("é", False), ("a\n", False)],
)
def test_tokens(token: str, can_be: bool) -> None:
    """Only what ours are spelt with."""
    assert parse.is_token(token) is can_be


async def test_the_bell() -> None:
    """Rings for those who listen to that conversation, and is taken down with them."""
    web: Channel = WebChannel()
    assert isinstance(web, WebChannel)
    with web.listening("c_1") as one, web.listening("c_1") as two, web.listening("c_2") as other:
        await web.send("c_1", RenderedReply(ReplyKind.TEXT, "hello"))

        assert one.is_set()
        assert two.is_set()
        assert not other.is_set()

        await web.stop()
        assert other.is_set()
    assert web.stopped
    web.ring("c_1")
    assert not web._bells


async def test_nothing_to_fetch() -> None:
    """The web needs no webhooks and no polling of its own."""

    async def receive(message: Inbound) -> str:
        return message.message_id

    web = WebChannel()
    assert web.routes(receive) == ()
    await asyncio.wait_for(web.start(receive), 1)
