"""From messages to what the website's chat is given (pure). The keys are a stable interface."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from bot.domain.conversations import Message, ReceiptSummary

#: A JSON object.
Json = dict[str, object]


def reply(message: Message) -> Json:
    """One reply: seq, kind, text, buttons, and the receipt where there is one."""
    shown: Json = {
        "seq": message.seq,
        "kind": message.kind.value,
        "text": message.text,
        "buttons": [{"name": name, "title": title, "token": token} for name, title, token in message.buttons],
    }
    if message.receipt is not None:
        shown["receipt"] = receipt(message.receipt)
    return shown


def line(message: Message) -> Json:
    """One message of the history: a reply's keys, who wrote it, when; the customer's with the client's id."""
    shown = {**reply(message), "from": message.author.value, "at": timestamp(message.at)}
    return shown if message.message_id is None else {**shown, "id": message.message_id}


def replies(messages: Iterable[Message]) -> Json:
    """The answer to a message."""
    return {"replies": [reply(message) for message in messages]}


def pending(*, person: bool) -> Json:
    """The answer is still to come; `person` says that a person will give it."""
    body: Json = {"replies": [], "pending": True}
    return {**body, "person": True} if person else body


def history(messages: Iterable[Message]) -> Json:
    """Messages of a conversation, in order."""
    return {"messages": [line(message) for message in messages]}


def page(messages: Iterable[Message], *, earlier: bool) -> Json:
    """One page of the history, and whether there are earlier messages."""
    return {**history(messages), "earlier": earlier}


def receipt(summary: ReceiptSummary) -> Json:
    """What a chat shows of a receipt."""
    return {
        "number": summary.number,
        "kind": summary.kind,
        "subscription": summary.subscription,
        "received_at": timestamp(summary.received_at),
        "effective_at": timestamp(summary.effective_at),
        "url": summary.url,
    }


def timestamp(at: datetime) -> str:
    """RFC 3339 in UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
