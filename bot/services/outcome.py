"""The stored outcome of a turn, as JSON: replayed instead of acting again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from bot.domain.conversations import ReceiptSummary, RenderedReply, ReplyKind, Understanding
from bot.domain.errors import FairwellError


class UnfinishedError(FairwellError):
    """The process that began it has died before the billing system was asked; `acting.finish` goes on."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was answered and how the message was understood; a repeated press: whose outcome it repeats.

    While `awaits` names operations, the answer is not complete: what comes of them is told before `replies`,
    and the exit question for the declaration `asks_why` after them.
    """

    replies: tuple[RenderedReply, ...] = ()
    understanding: Understanding = field(default_factory=Understanding)
    same_as: str | None = None
    awaits: tuple[str, ...] = ()
    asks_why: str | None = None


def dump(result: Outcome) -> str:
    """The JSON form."""
    return json.dumps(asdict(result), default=lambda at: at.isoformat())


def load(stored: str) -> Outcome:
    """Reads what `dump` wrote."""
    data = json.loads(stored)
    return Outcome(
        replies=tuple(_reply(item) for item in data["replies"]),
        understanding=_understanding(data["understanding"]),
        same_as=data["same_as"],
        # An outcome stored by an older release awaits nothing.
        awaits=tuple(data.get("awaits", ())),
        asks_why=data.get("asks_why"),
    )


def finished(stored: str) -> Outcome:
    """Reads one that is to be told. Raises `UnfinishedError` while it awaits something."""
    result = load(stored)
    if result.awaits:
        raise UnfinishedError("the billing system has not been asked to the end")
    return result


def _understanding(data: dict[str, Any]) -> Understanding:
    # An outcome stored by an older release has no reasons.
    return Understanding(**{**data, "reasons": tuple(data.get("reasons", ()))})


def _reply(data: dict[str, Any]) -> RenderedReply:
    receipt = data["receipt"]
    if receipt is not None:
        times = {name: datetime.fromisoformat(receipt[name]) for name in ("received_at", "effective_at")}
        receipt = ReceiptSummary(**{**receipt, **times})
    buttons = tuple((name, title, token) for name, title, token in data["buttons"])
    return RenderedReply(ReplyKind(data["kind"]), data["text"], buttons, receipt)
