"""A conversation and what passes through it: messages, replies, buttons and what the bot waits for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.languages import LocaleFrom

#: Channels whose clients fetch what was said; to all others it is sent.
FETCHED = frozenset({"web"})
#: Channels whose users can share a phone number that the platform has verified.
SHARES_CONTACTS = frozenset({"telegram"})
#: Channels on which nobody gets a new identity by opening one more window.
HOLDS_ACCOUNTS = frozenset({"telegram", "slack"})
#: After this long without a word the next message begins a new episode, that is a fresh Rasa tracker.
EPISODE_IDLE = timedelta(hours=1)


class Awaiting(StrEnum):
    """What the bot has asked for and waits to hear."""

    EMAIL = "email"
    CODE = "code"
    CHOICE = "choice"
    EXIT_ANSWER = "exit_answer"
    OFFER = "offer"


class ReplyKind(StrEnum):
    """What a message from the bot is, for those who render it."""

    TEXT = "text"
    RECEIPT = "receipt"
    EXIT_QUESTION = "exit_question"
    CHOICE = "choice"
    NOTICE = "notice"


class Author(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    BOT = "bot"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Conversation:
    """One chat with one visitor on one channel. All dialogue state is here, none in Rasa's slots.

    `locale_from` says how it came by its language; `awaiting` with `declaration_id` what the bot waits for,
    and for which declaration, or for which other intent (`purpose`); `clarified` counts clarifying questions
    in a row; `episode` numbers its Rasa trackers; `next_seq` is the next message's number. `logged_out` is
    set when the customer said so: then no platform's word signs them in again by itself.
    """

    id: str
    channel: str
    address: str
    locale: str
    created_at: datetime
    last_message_at: datetime
    locale_from: LocaleFrom = LocaleFrom.START
    awaiting: Awaiting | None = None
    declaration_id: str | None = None
    clarified: int = 0
    episode: int = 1
    next_seq: int = 1
    purpose: str | None = None
    logged_out: bool = False


@dataclass(frozen=True, slots=True)
class Press:
    """What pressing a button means, bound to what it was issued for: a generation, a declaration.

    `intent` is the intent a press stands for; `subscription_ref` is None for "all of them" and for buttons
    about none.
    """

    name: str
    intent: str
    declaration_id: str | None = None
    subscription_ref: str | None = None
    generation: int | None = None
    reason: str | None = None
    everything: bool = False
    language: str | None = None


@dataclass(frozen=True, slots=True)
class ButtonSpec:
    """A button a service wants shown: what it means and the name of its wording, with values to fill in."""

    press: Press
    title: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReceiptSummary:
    """What a chat shows of a receipt. Times are UTC; `url` opens it without signing in."""

    number: str
    kind: str
    subscription: str
    received_at: datetime
    effective_at: datetime
    url: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One message a service wants said: the name of its wording and the values to fill in.

    Values may be text, `Money`, `datetime` (shown as a date) or a list of texts; the wording formats them.
    `then` is said in the same breath: its words follow in the same message.
    """

    message: str
    values: Mapping[str, object] = field(default_factory=dict)
    kind: ReplyKind = ReplyKind.TEXT
    buttons: tuple[ButtonSpec, ...] = ()
    receipt: ReceiptSummary | None = None
    then: Reply | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """A button as issued: an opaque token that works in its own conversation only, and acts once."""

    token: str
    conversation_id: str
    press: Press
    title: str
    pressed_by: str | None = None  # inbox id of the press that acted


@dataclass(frozen=True, slots=True)
class RenderedReply:
    """A reply in the customer's language, with its buttons issued: what is stored, sent and repeated."""

    kind: ReplyKind
    text: str
    buttons: tuple[tuple[str, str, str], ...] = ()  # name, title, token
    receipt: ReceiptSummary | None = None
    locale: str | None = None  # for what a channel adds in words of its own


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was understood of a message and how it was answered; for transcripts, not for decisions.

    `reasons` are what the words name as reasons for leaving; they are no part of a transcript.
    """

    intent: str | None = None
    confidence: float | None = None
    rule: str | None = None
    nlu_ms: float | None = None
    total_ms: float | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a transcript, in or out, masked. `seq` counts from 1 in each conversation.

    `message_id` is the channel's own key of what a customer sent: a client knows its message again by it.
    """

    conversation_id: str
    seq: int
    author: Author
    kind: ReplyKind
    text: str
    at: datetime
    inbox_id: str | None = None
    buttons: tuple[tuple[str, str, str], ...] = ()
    receipt: ReceiptSummary | None = None
    understanding: Understanding = Understanding()
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in several transcripts that are read as one: that of a message, which itself is not before it.

    Messages are in order of `at` (UTC); of the same moment, by conversation, and in each by `seq`.
    """

    at: datetime
    conversation_id: str
    seq: int
