"""Telling other systems what happened: events, recorded in the transaction of what they tell.

An event is there exactly when the change is. Where no endpoint wants to know, nothing is written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from bot.domain.alerts import HOUR, AlertHour
from bot.domain.cancellations import Operation, OperationKind
from bot.domain.cases import Case
from bot.domain.declarations import Declaration
from bot.domain.exit_interview import ExitAnswer
from bot.domain.receipts import Receipt
from bot.domain.text import mask, normalise
from bot.domain.webhooks import Event, EventType, WebhookDelivery, amount, timestamp
from bot.ports import UnitOfWork
from bot.services.dependencies import Dependencies

_KINDS = {
    OperationKind.CANCEL: EventType.COMPLETED,
    OperationKind.UNDO: EventType.UNDONE,
    OperationKind.PAUSE: EventType.PAUSED,
    OperationKind.RESUME: EventType.RESUMED,
    OperationKind.WITHDRAW: EventType.WITHDRAWN,
}
_LEAVING = {OperationKind.CANCEL, OperationKind.WITHDRAW}
_ENDS = {EventType.COMPLETED, EventType.WITHDRAWN}


def declared(deps: Dependencies, work: UnitOfWork, declaration: Declaration) -> None:
    """Somebody has said that they want to leave, verified or not; nothing is done yet."""
    if declaration.kind not in _LEAVING:
        return
    data = {
        "declaration": declaration.id,
        "kind": declaration.kind.value,
        "customer": declaration.customer_ref,
        **_place(work, declaration.conversation_id),
        "declared_at": timestamp(declaration.declared_at),
    }
    at = declaration.declared_at
    _tell(deps, work, EventType.DECLARED, declaration.id, at, data, words=declaration.words)


def completed(deps: Dependencies, work: UnitOfWork, operation: Operation, receipt: Receipt) -> None:
    """An operation of whatever kind is carried out: cancelled, taken back, paused, resumed, withdrawn."""
    kind = _KINDS[operation.kind]
    data: dict[str, object] = {
        "operation": operation.id,
        "generation": operation.generation,
        "declaration": operation.declaration_id,
        "customer": operation.customer_ref,
        "subscription": operation.subscription_ref,
        "plan": receipt.plan_name,
        "receipt": receipt.number,
        "declared_at": timestamp(receipt.received_at),
        "carried_out_at": timestamp(receipt.carried_out_at),
    }
    if kind in _ENDS:
        data["ends_at"] = timestamp(receipt.effective_at)
        data["charged"], data["refunded"] = amount(operation.charged), amount(operation.refunded)
    elif kind is EventType.PAUSED:
        data["resumes_at"] = _maybe(operation.until)
    _tell(deps, work, kind, operation.id, receipt.carried_out_at, data)


def answered(deps: Dependencies, work: UnitOfWork, answer: ExitAnswer) -> None:
    """Somebody has said why they leave."""
    declaration = work.declarations.get(answer.declaration_id)
    data = {
        "answer": answer.id,
        "declaration": answer.declaration_id,
        "customer": declaration.customer_ref if declaration else None,
        "reasons": [reason.value for reason in answer.reasons],
        "answered_at": timestamp(answer.answered_at),
    }
    _tell(deps, work, EventType.ANSWERED, answer.id, answer.answered_at, data, words=answer.words)


def case_opened(deps: Dependencies, work: UnitOfWork, case: Case) -> None:
    """A person is wanted."""
    data = {**_case(case), **_place(work, case.conversation_id)}
    _tell(deps, work, EventType.CASE_OPENED, case.id, case.opened_at, data)


def case_waiting(deps: Dependencies, work: UnitOfWork, case: Case, since: datetime) -> None:
    """Somebody has waited for staff longer than the desk's settings allow; once for each case."""
    data = {**_case(case), "waiting_since": timestamp(since), **_place(work, case.conversation_id)}
    _tell(deps, work, EventType.CASE_WAITING, case.id, deps.clock.now(), data)


def held_back(deps: Dependencies, work: UnitOfWork, hour: AlertHour, waiting: int, *, over: bool) -> None:
    """More waited than one is told of within an hour: with the first of them, and when the hour is `over`."""
    data = {
        "since": timestamp(hour.began_at),
        "until": timestamp(hour.began_at + HOUR),
        "over": over,
        "held_back": hour.held,
        "waiting": waiting,
    }
    key = f"{data['since']}:{'over' if over else 'more'}"
    _tell(deps, work, EventType.HELD_BACK, key, deps.clock.now(), data)


def reminder(
    deps: Dependencies,
    work: UnitOfWork,
    day: date,
    cases: Sequence[Case],
    operations: Sequence[Operation],
) -> None:
    """What waits for staff; once a day."""
    data = {
        "cases": [_case(case) for case in cases],
        "operations": [
            {
                "operation": item.id,
                "kind": item.kind.value,
                "customer": item.customer_ref,
                "subscription": item.subscription_ref,
                "recorded_at": timestamp(item.recorded_at),
                "attempts": item.attempts,
                "why": item.fault,
            }
            for item in operations
        ],
    }
    _tell(deps, work, EventType.REMINDER, day.isoformat(), deps.clock.now(), data)


def _case(case: Case) -> dict[str, object]:
    return {
        "case": case.id,
        "subject": case.subject,
        "customer": case.customer_ref,
        "opened_at": timestamp(case.opened_at),
    }


def _place(work: UnitOfWork, conversation_id: str) -> dict[str, object]:
    conversation = work.conversations.get(conversation_id)
    return {"conversation": conversation_id, "channel": conversation.channel if conversation else None}


def _maybe(at: datetime | None) -> str | None:
    return None if at is None else timestamp(at)


def _tell(
    deps: Dependencies,
    work: UnitOfWork,
    kind: EventType,
    key: str,
    at: datetime,
    data: Mapping[str, object],
    *,
    words: str | None = None,
) -> None:
    """Adds the event and its deliveries; the same event again changes nothing."""
    wanted = [endpoint for endpoint in work.webhooks.endpoints() if endpoint.active and endpoint.wants(kind)]
    if not wanted:
        return
    kept = None
    if words is not None and any(endpoint.words for endpoint in wanted):
        # A declaration is stored word for word, with the address it may hold; nobody else is told that.
        kept = mask(normalise(words)).text
    event = Event(deps.ids.new("e"), kind, f"{kind.value}:{key}", at, json.dumps(data), kept)
    if work.webhooks.add_event(event):
        for endpoint in wanted:
            work.webhooks.add(WebhookDelivery(event.id, endpoint.id, deps.clock.now()))
