"""The inbox: accept, prepare, complete. Between accepting and completing any process may die (P9)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.conversations import Author, Message, RenderedReply, Reply, ReplyKind, Understanding
from bot.domain.errors import ConflictError, FairwellError, NotFoundError
from bot.domain.inbox import Event, InboxEntry, InboxState
from bot.ports import UnitOfWork
from bot.services import carrying_out, cases, facets, office_hours, outcome
from bot.services.dependencies import Dependencies
from bot.services.outcome import Outcome
from bot.services.transcripts import say
from bot.services.turn import render

#: More messages than this in a minute are taken one every two seconds; more than the second figure are
#: refused.
SLOWED_ABOVE, REFUSED_ABOVE = 20, 40
_WINDOW = timedelta(minutes=1)
_APART = timedelta(seconds=2)
#: After so many failed tries a person gets the message, and the customer is told.
MAX_ATTEMPTS = 8


class IdReusedError(ConflictError):
    """A message id came again with another body."""


class TooManyMessagesError(FairwellError):
    """More messages than a person writes; the caller should wait this many seconds."""

    retry_after = 60


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as a channel hands it over: `text`, `button` or `event`, with the channel's own key.

    The key is for deduplication. `said_at` is the platform's signed time (UTC), where it gives one.
    """

    conversation_id: str
    message_id: str
    text: str | None = None
    button: str | None = None
    said_at: datetime | None = None
    event: Event | None = None


def accept(deps: Dependencies, incoming: Incoming) -> str:
    """Stores a message durably and returns its inbox id; the same message again returns the same id.

    Raises `IdReusedError` for the same message id with another body, `NotFoundError` for a button of another
    conversation, and `TooManyMessagesError`.
    """
    fingerprint = _fingerprint(deps, incoming)
    with deps.store.begin() as work:
        known = _known(work, incoming, fingerprint)
        if known is not None:
            return known.id
        now = deps.clock.now()
        not_before = _slow_down(work, incoming.conversation_id, now)
        if incoming.button is not None:
            button = work.buttons.get(incoming.button)
            if button is None or button.conversation_id != incoming.conversation_id:
                raise NotFoundError("no such button in this conversation")
        entry = InboxEntry(
            id=deps.ids.new("m"),
            conversation_id=incoming.conversation_id,
            message_id=incoming.message_id,
            fingerprint=fingerprint,
            arrived_at=now,
            # A platform's clock may be ahead of ours; nobody has said anything in the future.
            said_at=min(incoming.said_at, now) if incoming.said_at is not None else None,
            text=incoming.text,
            button=incoming.button,
            event=incoming.event,
            not_before=not_before,
        )
        if not work.inbox.add(entry):
            known = _known(work, incoming, fingerprint)
            if known is None:
                raise ConflictError("this message was accepted and is gone")
            return known.id
        work.commit()
    return entry.id


def _fingerprint(deps: Dependencies, incoming: Incoming) -> str:
    """Tells bodies apart after they are deleted; keyed, as a short one would be found by trying them all."""
    body = f"text:{incoming.text}" if incoming.button is None else f"button:{incoming.button}"
    if incoming.event is not None:
        body = f"event:{incoming.event}:{incoming.text}"
    return deps.hasher.digest("message", body)


def _known(work: UnitOfWork, incoming: Incoming, fingerprint: str) -> InboxEntry | None:
    known = work.inbox.find(incoming.conversation_id, incoming.message_id)
    if known is not None and known.fingerprint != fingerprint:
        raise IdReusedError("this message id was used with another body")
    return known


def _slow_down(work: UnitOfWork, conversation_id: str, now: datetime) -> datetime | None:
    lately = work.inbox.count_since(conversation_id, now - _WINDOW)
    if lately >= REFUSED_ABOVE:
        raise TooManyMessagesError("too many messages in a minute")
    if lately < SLOWED_ABOVE:
        return None
    last = work.inbox.last_not_before(conversation_id, now - _WINDOW) or now
    return min(max(now, last) + _APART, now + _APART * (REFUSED_ABOVE - SLOWED_ABOVE))


@dataclass(frozen=True, slots=True)
class Answer:
    """What Rasa made of a turn: texts of its own responses, and how the message was understood."""

    texts: tuple[str, ...]
    understanding: Understanding


def complete(deps: Dependencies, inbox_id: str, owner: str, answer: Answer | None) -> None:
    """Writes the answer into the transcript and closes the entry, in one transaction.

    What an action stored wins over what came back through Rasa. Raises `ConflictError` when `owner` has lost
    the conversation's lease meanwhile, and writes nothing: whoever has it now does this work. Raises it too
    when there is nothing to answer with: an empty answer is a failed turn, never silence. Raises
    `UnfinishedError` for an outcome that `acting.finish` must take to its end first.
    """
    with deps.store.begin() as work:
        entry = _owned(deps, work, inbox_id, owner)
        if entry is None:
            return
        stored = work.inbox.result(inbox_id)
        if stored is not None:
            result = outcome.finished(stored)
        elif answer is not None and answer.texts:
            result = Outcome(tuple(RenderedReply(ReplyKind.TEXT, text) for text in answer.texts))
            _unclouded(work, entry)
        else:
            raise ConflictError("there is no outcome to complete this turn with")
        understanding = answer.understanding if answer is not None else result.understanding
        work.messages.set_understanding(inbox_id, understanding)
        facets.understood(work, entry.conversation_id, understanding)
        _write(deps, work, entry, result)
        work.commit()


def give_up(deps: Dependencies, inbox_id: str, owner: str) -> None:
    """Nothing answers this message, again and again: the customer is told, and a person gets it.

    Never silence, and never the untruth: where its action has run after all, that is the answer.
    """
    with deps.store.begin() as work:
        entry = _owned(deps, work, inbox_id, owner)
        if entry is None:
            return
        stored = work.inbox.result(inbox_id)
        result = outcome.load(stored) if stored is not None else None
        for operation_id in result.awaits if result is not None else ():
            carrying_out.promise(deps, work, operation_id)
        known = result is not None and not result.awaits
        _write(deps, work, entry, result if result is not None and known else _failed(deps, work, entry))
        work.commit()


def _failed(deps: Dependencies, work: UnitOfWork, entry: InboxEntry) -> Outcome:
    conversation = work.conversations.lock(entry.conversation_id)
    if conversation is None:
        raise NotFoundError("no such conversation")
    case = cases.open_for(deps, work, conversation.id, "failed")
    then = office_hours.back(deps, work)
    reply = Reply("turn_failed", {"number": case.id}, ReplyKind.NOTICE, then=then)
    return Outcome((render(deps, work, conversation, reply),))


def retry_later(deps: Dependencies, inbox_id: str) -> int:
    """Notes a failed try and when the next one is due; returns how many there were."""
    with deps.store.begin() as work:
        entry = work.inbox.lock(inbox_id)
        if entry is None or entry.state is not InboxState.ACCEPTED:
            return 0
        attempts = entry.attempts + 1
        wait = timedelta(seconds=min(2 ** (attempts - 1) / 2, 30))
        work.inbox.put(replace(entry, attempts=attempts, not_before=deps.clock.now() + wait))
        work.commit()
    return attempts


@dataclass(frozen=True, slots=True)
class Replies:
    """The messages that answer an entry; `person`: none come from the bot, a person is in charge of it."""

    messages: tuple[Message, ...] = ()
    person: bool = False


def replies_to(deps: Dependencies, inbox_id: str) -> Replies | None:
    """What answers an entry; None while the bot is at it."""
    with deps.store.begin() as work:
        entry = work.inbox.get(inbox_id)
        if entry is None or entry.state is InboxState.HELD:
            return Replies(person=entry is not None)
        if entry.state is InboxState.ACCEPTED:
            return None
        stored = work.inbox.result(inbox_id)
        source = outcome.load(stored).same_as if stored is not None else None
        return Replies(tuple(work.messages.for_inbox(source or inbox_id)))


def _owned(deps: Dependencies, work: UnitOfWork, inbox_id: str, owner: str) -> InboxEntry | None:
    """The entry to answer; None when it is answered already."""
    entry = work.inbox.lock(inbox_id)
    if entry is None:
        raise NotFoundError("no such message")
    if not work.conversations.holds_lease(entry.conversation_id, owner, deps.clock.now()):
        raise ConflictError("another worker has this conversation")
    return entry if entry.state is InboxState.ACCEPTED else None


def _write(deps: Dependencies, work: UnitOfWork, entry: InboxEntry, result: Outcome) -> None:
    conversation = work.conversations.get(entry.conversation_id)
    if conversation is None:
        raise NotFoundError("no such conversation")
    for reply in result.replies:
        say(
            work,
            conversation,
            Message(
                entry.conversation_id,
                0,
                Author.BOT,
                reply.kind,
                reply.text,
                deps.clock.now(),
                inbox_id=entry.id,
                buttons=reply.buttons,
                receipt=reply.receipt,
            ),
        )
    work.inbox.put(replace(entry, state=InboxState.ANSWERED))


def _unclouded(work: UnitOfWork, entry: InboxEntry) -> None:
    """Small talk was understood: the count of clarifying questions in a row begins anew."""
    conversation = work.conversations.lock(entry.conversation_id)
    if conversation is not None and conversation.clarified:
        work.conversations.put(replace(conversation, clarified=0))
