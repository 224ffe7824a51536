"""Preparing a turn: what Rasa is to be asked, frozen so that a repeated turn asks the same."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from bot.domain.cases import CaseState
from bot.domain.conversations import (
    EPISODE_IDLE,
    Author,
    Awaiting,
    Conversation,
    Message,
    Press,
    ReplyKind,
    Understanding,
)
from bot.domain.declarations import Declaration
from bot.domain.errors import NotFoundError
from bot.domain.inbox import Event, InboxEntry, InboxState
from bot.domain.text import MAX_TEXT, Masked, is_command, mask, mask_secrets, normalise
from bot.ports import UnitOfWork
from bot.services import events, facets, follow_ups, outcome, switch_language, webhooks
from bot.services.dependencies import Dependencies
from bot.services.outcome import Outcome

#: A Rasa tracker is left behind after about this many messages, so that the cost of a turn does not grow.
_TRACKER_MESSAGES = 40
#: After so long without a word a text that is not understood is no longer taken as the answer.
_ANSWERED_WITHIN = timedelta(hours=24)


class Step(StrEnum):
    """What is to be done with an inbox entry."""

    ASK = "ask"  # ask Rasa for a turn
    READ = "read"  # a person is in charge: only understand it
    COMPLETE = "complete"  # the outcome is stored already
    NOTHING = "nothing"  # answered or held already


@dataclass(frozen=True, slots=True)
class Prepared:
    """The step to take, and for `ASK` and `READ` what to send: exactly one of `text` and `intent`."""

    step: Step
    sender: str = ""
    text: str | None = None
    intent: str | None = None
    language: str = "en"
    awaiting: Awaiting | None = None


def prepare(deps: Dependencies, inbox_id: str) -> Prepared:
    """Masks the message, writes it into the transcript and decides what happens to it. Repeatable."""
    with deps.store.begin() as work:
        entry = work.inbox.lock(inbox_id)
        if entry is None:
            raise NotFoundError("no such message")
        if entry.state is not InboxState.ACCEPTED:
            return Prepared(Step.NOTHING)
        if work.inbox.result(inbox_id) is not None:
            return Prepared(Step.COMPLETE)
        if entry.request is not None:
            return _thaw(entry.request)
        conversation = work.conversations.lock(entry.conversation_id)
        if conversation is None:
            raise NotFoundError("no such conversation")
        prepared = _first_time(deps, work, entry, conversation)
        work.commit()
    return prepared


def hold(deps: Dependencies, inbox_id: str, understanding: Understanding) -> bool:
    """Keeps a message for staff; a cancellation among them is recorded with its time for them (P10).

    False when nobody is in charge any more: then the message is left as it was, to be prepared again.
    """
    with deps.store.begin() as work:
        entry = work.inbox.lock(inbox_id)
        if entry is None or entry.state is not InboxState.ACCEPTED:
            return True
        case = work.cases.current(entry.conversation_id)
        if case is None or case.state is not CaseState.ACCEPTED:
            return False
        work.messages.set_understanding(inbox_id, understanding)
        facets.understood(work, entry.conversation_id, understanding)
        work.inbox.put(replace(entry, state=InboxState.HELD))
        if case.waiting_since is None:
            work.cases.put(replace(case, waiting_since=entry.arrived_at))
        if understanding.intent == "cancel":
            _declare(deps, work, entry)
        work.commit()
    return True


def _declare(deps: Dependencies, work: UnitOfWork, entry: InboxEntry) -> None:
    """Once, also when the message is held a second time; a press is quoted by the button's title."""
    made = work.declarations.of_conversation(entry.conversation_id)
    if any(declaration.inbox_id == entry.id for declaration in made):
        return
    button = work.buttons.get(entry.button) if entry.button is not None else None
    proof = work.identities.proof(entry.conversation_id, deps.clock.now())
    declaration = Declaration(
        id=deps.ids.new("d"),
        conversation_id=entry.conversation_id,
        inbox_id=entry.id,
        words=mask_secrets(normalise(button.title if button is not None else entry.text or "")),
        arrived_at=entry.arrived_at,
        said_at=entry.said_at,
        customer_ref=proof.customer_ref if proof else None,
    )
    work.declarations.put(declaration)
    webhooks.declared(deps, work, declaration)


def _first_time(
    deps: Dependencies, work: UnitOfWork, entry: InboxEntry, conversation: Conversation
) -> Prepared:
    press = title = None
    if entry.event is not None:
        return _happened(deps, work, entry, conversation, entry.event)
    if entry.button is not None:
        button = work.buttons.get(entry.button)
        if button is None:
            raise NotFoundError("no such button")
        if button.pressed_by is not None and button.pressed_by != entry.id:
            work.inbox.put_result(entry.id, outcome.dump(Outcome(same_as=button.pressed_by)))
            return Prepared(Step.COMPLETE)
        press, title = button.press, button.title
    masked = mask(normalise(title if title is not None else entry.text or ""))
    conversation = _note(deps, work, entry, conversation, masked)
    if press is None:
        heard = switch_language.hear(deps, conversation, masked.text)
        if heard != conversation:
            work.conversations.put(replace(heard, last_message_at=deps.clock.now()))
        conversation = heard
    return _freeze_first(work, entry, _decide(deps, work, entry, conversation, masked, press))


def _happened(
    deps: Dependencies, work: UnitOfWork, entry: InboxEntry, conversation: Conversation, event: Event
) -> Prepared:
    """What is no text has one meaning, and is answered whatever is open: it never goes through the model."""
    conversation = _note(deps, work, entry, conversation, events.seen(entry, event))
    prepared = _addressed(deps, work, conversation, press=None)
    return _freeze_first(work, entry, replace(prepared, intent=events.INTENTS[event], awaiting=None))


def _note(
    deps: Dependencies, work: UnitOfWork, entry: InboxEntry, conversation: Conversation, masked: Masked
) -> Conversation:
    """Writes a message into the transcript; returns its conversation, in a new episode if it begins one."""
    work.inbox.put_secrets(entry.id, masked)
    _transcribe(work, entry, masked)
    conversation = _next_episode(deps, conversation)
    work.conversations.put(replace(conversation, last_message_at=deps.clock.now()))
    return conversation


def _freeze_first(work: UnitOfWork, entry: InboxEntry, prepared: Prepared) -> Prepared:
    if prepared.step is Step.ASK:
        work.inbox.put(replace(entry, request=_freeze(prepared)))
    return prepared


def _transcribe(work: UnitOfWork, entry: InboxEntry, masked: Masked) -> None:
    if work.messages.customer_message(entry.id) is not None:
        return
    text = masked.text if len(masked.text) <= MAX_TEXT else masked.text[:MAX_TEXT] + " …"
    work.messages.add(
        Message(
            entry.conversation_id,
            0,
            Author.CUSTOMER,
            ReplyKind.TEXT,
            text,
            entry.arrived_at,
            inbox_id=entry.id,
            message_id=entry.message_id,
        )
    )


def _next_episode(deps: Dependencies, conversation: Conversation) -> Conversation:
    if deps.clock.now() - conversation.last_message_at < EPISODE_IDLE:
        return conversation
    return replace(conversation, episode=conversation.episode + 1)


def _decide(
    deps: Dependencies,
    work: UnitOfWork,
    entry: InboxEntry,
    conversation: Conversation,
    masked: Masked,
    press: Press | None,
) -> Prepared:
    prepared = _addressed(deps, work, conversation, press)
    if press is not None:
        return replace(prepared, intent=press.intent, awaiting=None)
    # Normalising and masking can make a text longer, and Rasa takes no more than that either.
    longest = max(len(entry.text or ""), len(masked.text))
    if not masked.text or is_command(masked.text) or longest > MAX_TEXT:
        # A command we do not know, nothing at all, or more than anybody reads: a clarifying question,
        # whatever is open.
        return replace(prepared, intent="nlu_fallback", awaiting=None)
    known = follow_ups.meant(work, conversation, masked.text, deps.clock.now())
    if known is not None:
        return replace(prepared, intent=known, awaiting=None)
    return replace(prepared, text=masked.text)


def _addressed(
    deps: Dependencies, work: UnitOfWork, conversation: Conversation, press: Press | None
) -> Prepared:
    """Where a message goes: to the bot, or only to be read while a person is in charge; [Undo] works then."""
    case = work.cases.current(conversation.id)
    in_charge = case is not None and case.state is CaseState.ACCEPTED
    return Prepared(
        Step.READ if in_charge and not (press is not None and press.name == "undo") else Step.ASK,
        sender=f"{conversation.id}.{conversation.episode}.{conversation.next_seq // _TRACKER_MESSAGES}",
        language=conversation.locale,
        awaiting=_awaiting(deps, work, conversation),
    )


def _awaiting(deps: Dependencies, work: UnitOfWork, conversation: Conversation) -> Awaiting | None:
    """What an unclear text may be an answer to; to a question of yesterday it is none."""
    if deps.clock.now() - conversation.last_message_at >= _ANSWERED_WITHIN:
        return None
    if conversation.awaiting is not Awaiting.EXIT_ANSWER:
        return conversation.awaiting
    question = work.exit_interviews.latest_question(conversation.id)
    return Awaiting.EXIT_ANSWER if question is not None and question.is_open(deps.clock.now()) else None


def _freeze(prepared: Prepared) -> str:
    awaiting = prepared.awaiting.value if prepared.awaiting else None
    return json.dumps(
        [prepared.step.value, prepared.sender, prepared.text, prepared.intent, prepared.language, awaiting]
    )


def _thaw(request: str) -> Prepared:
    step, sender, text, intent, language, awaiting = json.loads(request)
    return Prepared(Step(step), sender, text, intent, language, Awaiting(awaiting) if awaiting else None)
