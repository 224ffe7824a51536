"""Shadow mode (FAIRWELL_SHADOW): what words would cancel or undo is recorded, and asked about instead.

For trying out a new model on real customers. A press acts as always, so nobody is kept from leaving; the
request counts from when it was written (P4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.conversations import Author, Awaiting, ButtonSpec, Message, Press, Reply, ReplyKind
from bot.domain.declarations import Declaration, DeclarationState
from bot.domain.inbox import Event
from bot.domain.shadow import ShadowDecision, Shadowed, Verdict
from bot.domain.subscriptions import Subscription
from bot.ports import UnitOfWork
from bot.services import buttons, declarations, operations
from bot.services.dependencies import Dependencies
from bot.services.turn import Turn

#: What is said again instead of pressing, and so agrees.
_SAID_AGAIN = {Shadowed.CANCEL: {"cancel", "affirm"}, Shadowed.UNDO: {"undo_cancel", "affirm"}}
#: How the names of the buttons begin that do it.
_BUTTON = {Shadowed.CANCEL: "cancel", Shadowed.UNDO: "undo"}
#: The next message of the customer's is among this many, or there is none worth looking for.
_LOOK_AHEAD = 20
#: So many decisions are looked at in one unit of work: customers are being answered meanwhile.
_AT_ONCE = 50


def asks(turn: Turn) -> bool:
    """Whether this turn must not act: shadow mode is on, and what is to be acted on was typed."""
    return turn.deps.shadow and turn.press is None


def instead_of_cancelling(
    turn: Turn, declaration: Declaration, subscriptions: Sequence[Subscription]
) -> Sequence[Reply]:
    """Records that these would have been cancelled, and shows [Cancel now]."""
    _record(turn, Shadowed.CANCEL, declaration)
    offered = declarations.move(turn, declaration, DeclarationState.OFFERED)
    turn.wait_for(Awaiting.OFFER, offered.id)
    shown = (*_to_cancel(turn, offered, subscriptions), buttons.keep(offered), buttons.person())
    return [Reply("shadow_cancel", {}, ReplyKind.CHOICE, shown)]


def _to_cancel(
    turn: Turn, declaration: Declaration, subscriptions: Sequence[Subscription]
) -> tuple[ButtonSpec, ...]:
    """[Cancel now], which carries the declaration out as worded; plans picked later are named by it."""
    held = operations.held(turn)
    _, picked = declarations.meant(turn, declaration, held)
    worded = [item for item in picked.subscriptions or held if item.cancellable]
    if {item.ref for item in worded} == {item.ref for item in subscriptions}:
        press = Press(name="cancel_now", intent="cancel", declaration_id=declaration.id)
        return (ButtonSpec(press, "button_cancel_now"),)
    plans = [
        buttons.cancel_plan(turn, item, declaration, "button_plan", place)
        for place, item in enumerate(subscriptions, start=1)
    ]
    return tuple(plans) if len(plans) > 1 else (replace(plans[0], title="button_cancel_now"),)


def instead_of_undoing(turn: Turn, targets: Sequence[Subscription]) -> Sequence[Reply]:
    """Records that it would have been taken back, and shows [Undo] for each plan."""
    _record(turn, Shadowed.UNDO, None)
    shown = tuple(buttons.undo(turn, item, named=len(targets) > 1) for item in targets)
    return [Reply("shadow_undo", {}, ReplyKind.CHOICE, shown)]


def _record(turn: Turn, decision: Shadowed, declaration: Declaration | None) -> None:
    """Where a code or a shared number led here, what decided is the wish that it was asked for."""
    inbox_id, understanding = turn.entry.id, turn.understanding
    proved_now = bool(turn.secrets.codes) or turn.entry.event is Event.CONTACT
    if declaration is not None and proved_now and declaration.inbox_id != inbox_id:
        said = turn.work.messages.customer_message(declaration.inbox_id)
        if said is not None:
            inbox_id, understanding = declaration.inbox_id, said.understanding
    turn.work.shadow.add(
        ShadowDecision(
            inbox_id=inbox_id,
            asked_in=turn.entry.id,
            conversation_id=turn.conversation.id,
            at=turn.now,
            intent=understanding.intent,
            confidence=understanding.confidence,
            decision=decision,
        )
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """A decision, what was written (masked), and what the customer did about the question."""

    decision: ShadowDecision
    text: str
    verdict: Verdict
    chose: str | None = None  # the name of the button pressed, or the intent of what was said next


def compared(deps: Dependencies, limit: int) -> list[Compared]:
    """The newest decisions, newest first, each with what the customer made of it."""
    with deps.store.begin() as work:
        decisions = work.shadow.newest(limit)
    found: list[Compared] = []
    for start in range(0, len(decisions), _AT_ONCE):
        with deps.store.begin() as work:
            found += [_compare(work, decision) for decision in decisions[start : start + _AT_ONCE]]
    return found


def _compare(work: UnitOfWork, decision: ShadowDecision) -> Compared:
    said = work.messages.customer_message(decision.inbox_id)
    plain = Compared(decision, said.text if said is not None else "", Verdict.UNKNOWN)
    answer = work.messages.for_inbox(decision.asked_in)
    pressed = _pressed(work, answer)
    if pressed is not None:
        agreed = pressed.startswith(_BUTTON[decision.decision])
        return replace(plain, verdict=Verdict.AGREED if agreed else Verdict.DISAGREED, chose=pressed)
    following = _next(work, decision.conversation_id, answer)
    intent = following.understanding.intent if following is not None else None
    if intent in _SAID_AGAIN[decision.decision]:
        return replace(plain, verdict=Verdict.AGREED, chose=intent)
    return replace(plain, verdict=Verdict.DISAGREED if intent == "deny" else Verdict.UNKNOWN, chose=intent)


def _pressed(work: UnitOfWork, answer: Sequence[Message]) -> str | None:
    """The name of the button of the question that was pressed and has acted."""
    for message in answer:
        for name, _, token in message.buttons:
            button = work.buttons.get(token)
            if button is not None and button.pressed_by is not None:
                return name
    return None


def _next(work: UnitOfWork, conversation_id: str, answer: Sequence[Message]) -> Message | None:
    if not answer:
        return None
    after = work.messages.after(conversation_id, answer[-1].seq, _LOOK_AHEAD)
    return next((message for message in after if message.author is Author.CUSTOMER), None)
