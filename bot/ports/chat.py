"""What is kept of conversations: messages, inbox, buttons and cases."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.cases import MOST_LISTED, Case
from bot.domain.conversations import Button, Conversation, Message, Spot, Understanding
from bot.domain.inbox import InboxEntry
from bot.domain.shadow import ShadowDecision
from bot.domain.text import Masked


class ConversationRepository(Protocol):
    """Conversations, their web sessions and their leases."""

    def get(self, conversation_id: str) -> Conversation | None: ...
    def lock(self, conversation_id: str) -> Conversation | None:
        """Like `get`, and nobody else changes it until the unit of work ends."""
        ...

    def by_address(self, channel: str, address: str) -> Conversation | None: ...
    def put(self, conversation: Conversation) -> None:
        """Adds or replaces, but for `next_seq` (the messages' own) and the lease of one that is there.

        Raises `ConflictError` when another conversation has this channel and address.
        """
        ...

    def belongs_to(self, conversation_id: str, customer_ref: str) -> None:
        """Notes who proved to be there last; it stays when the proof has ended, for staff."""
        ...

    def customer_of(self, conversation_id: str) -> str | None:
        """Who was the last to prove to be there, if anybody was."""
        ...

    def of_customer(self, customer_ref: str, limit: int = 50) -> Sequence[Conversation]:
        """Those in which this customer was the last to prove it, the one with the newest message first."""
        ...

    def add_session(self, token_digest: str, conversation_id: str, expires_at: datetime) -> None:
        """Raises `ConflictError` for a token that opens a session already."""
        ...

    def session(self, token_digest: str, now: datetime) -> str | None:
        """The conversation of a live session."""
        ...

    def extend_session(self, token_digest: str, expires_at: datetime) -> None: ...
    def end_session(self, token_digest: str) -> None: ...
    def use_identity_token(self, token_id: str, expires_at: datetime, now: datetime) -> bool:
        """False when it was used before. Forgets tokens that have expired."""
        ...

    def take_lease(self, conversation_id: str, owner: str, until: datetime, now: datetime) -> bool:
        """Takes or renews the right to work on this conversation; False while another owner's lease lives."""
        ...

    def release_lease(self, conversation_id: str, owner: str) -> None: ...
    def holds_lease(self, conversation_id: str, owner: str, now: datetime) -> bool: ...


class MessageRepository(Protocol):
    """Transcripts."""

    def add(self, message: Message) -> Message:
        """Adds it with the conversation's next number in place of `message.seq`; returns it as stored.

        Raises `NotFoundError` for an unknown conversation.
        """
        ...

    def after(self, conversation_id: str, seq: int, limit: int = 200) -> Sequence[Message]: ...
    def before(self, conversation_id: str, seq: int | None, limit: int) -> Sequence[Message]:
        """The last ones whose number is below `seq`, or the last of all, in order."""
        ...

    def merged(self, conversation_ids: Collection[str], before: Spot | None, limit: int) -> Sequence[Message]:
        """The last ones of several conversations before a spot, or the last of all, in the order of spots."""
        ...

    def for_inbox(self, inbox_id: str) -> Sequence[Message]:
        """The bot's messages that answer an inbox entry, in order."""
        ...

    def customer_message(self, inbox_id: str) -> Message | None: ...
    def newest(self, limit: int, since: datetime | None = None) -> Sequence[Message]:
        """Of all conversations, newest first; in one conversation, the higher number first."""
        ...

    def set_understanding(self, inbox_id: str, understanding: Understanding) -> None:
        """Notes on the customer's message how it was understood and answered."""
        ...


class InboxRepository(Protocol):
    """The inbox; bodies and placeholder values are encrypted at rest and deleted once answered."""

    def add(self, entry: InboxEntry) -> bool:
        """False when this conversation has an entry with the same message id; then nothing is stored."""
        ...

    def get(self, inbox_id: str) -> InboxEntry | None: ...
    def lock(self, inbox_id: str) -> InboxEntry | None:
        """Like `get`, with its conversation locked first: who changes anything in one begins like this.

        Nobody else changes the conversation, its messages or its cases until the unit of work ends.
        """
        ...

    def find(self, conversation_id: str, message_id: str) -> InboxEntry | None: ...
    def put(self, entry: InboxEntry) -> None:
        """Stores state, attempts, not_before and request; once answered, deletes all that was said.

        Raises `NotFoundError` for an unknown entry.
        """
        ...

    def next_accepted(self, conversation_id: str) -> InboxEntry | None:
        """The oldest entry in state ACCEPTED, in order of arrival, whatever its `not_before`."""
        ...

    def held(self, conversation_id: str) -> Sequence[InboxEntry]: ...
    def waiting_conversations(self, now: datetime, limit: int = 100) -> Sequence[str]:
        """Conversations whose oldest accepted entry is due and that nobody works on, longest waiting first.

        Order holds: an entry that is due waits behind an older one that is not.
        """
        ...

    def count_since(self, conversation_id: str, since: datetime) -> int: ...
    def last_not_before(self, conversation_id: str, since: datetime) -> datetime | None:
        """The latest `not_before` of the messages that arrived since then."""
        ...

    def put_secrets(self, inbox_id: str, masked: Masked) -> None: ...
    def secrets(self, inbox_id: str) -> Masked | None:
        """What was masked in this entry's text; None once it is answered."""
        ...

    def result(self, inbox_id: str) -> str | None:
        """The stored outcome of the action that ran for this entry, as JSON."""
        ...

    def put_result(self, inbox_id: str, outcome: str) -> None:
        """Stores it once. Raises `ConflictError` when there is one: no action stands twice (P2)."""
        ...

    def complete_result(self, inbox_id: str, outcome: str) -> None:
        """Replaces the one that was stored. Raises `ConflictError` when there is none."""
        ...


class ButtonRepository(Protocol):
    """Issued buttons."""

    def add(self, button: Button) -> None: ...
    def get(self, token: str) -> Button | None: ...
    def put(self, button: Button) -> None: ...


class CaseRepository(Protocol):
    """Cases."""

    def add(self, case: Case) -> None:
        """Raises `ConflictError` when the conversation has a case that is not closed."""
        ...

    def get(self, case_id: str) -> Case | None: ...
    def lock(self, case_id: str) -> Case | None:
        """Like `get`, with its conversation locked first, as `InboxRepository.lock` does."""
        ...

    def put(self, case: Case) -> None: ...
    def current(self, conversation_id: str) -> Case | None:
        """The conversation's case that is not closed."""
        ...

    def all(self, *, closed: bool = False, limit: int = MOST_LISTED) -> Sequence[Case]:
        """Oldest first; closed ones only if asked for."""
        ...

    def waiting(self, limit: int) -> Sequence[Case]:
        """Those in which a customer waits for staff: for anybody at all, or for an answer; longest first.

        However many others are not closed: staff forget to hand back, and that must hide nobody.
        """
        ...

    def newest(self, limit: int) -> Sequence[Case]:
        """Newest first, closed ones too."""
        ...

    def count_waiting(self) -> int:
        """In how many of them a customer waits for staff: for anybody at all, or for an answer."""
        ...

    def accepted_before(self, waiting_since: datetime) -> Sequence[Case]:
        """Accepted cases in which a customer has waited since then or longer, longest first.

        Locked like those of `lock`; where somebody is at the conversation, its case is left out.
        """
        ...


class ShadowRepository(Protocol):
    """Decisions that shadow mode asked about instead of acting."""

    def add(self, decision: ShadowDecision) -> bool:
        """False when one is kept for this message already; then that one stays."""
        ...

    def newest(self, limit: int) -> Sequence[ShadowDecision]:
        """Newest first."""
        ...
