"""What the bot would do with a text, found out by having it done, in a system of its own that is thrown away.

No rule of the bot is repeated here. A message takes the way of every message: accepted, prepared (normalised,
masked, refused where it must not be read), understood by the trained model, and answered by the action that
the rules choose. What came of it is read from the ledger and from the reply.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import registry
from bot import bootstrap
from bot.billing.demo import demo_book
from bot.domain.cancellations import OperationKind
from bot.domain.choices import mentioned
from bot.domain.conversations import Conversation, RenderedReply
from bot.domain.customers import Customer
from bot.domain.identities import ProofSource, proof_of
from bot.domain.text import normalise
from bot.services import inbox, outcome, turns
from bot.services.inbox import Incoming
from bot.services.turns import Prepared
from bot.understanding import rulebook
from cli.places import ROOT

if TYPE_CHECKING:
    from types import TracebackType

    from actions.turn_action import TurnAction
    from bot.settings import Settings

#: What is taken for understood where a text is not to be read at all.
_UNREAD: Mapping[str, Any] = {"intent": {"name": "nlu_fallback", "confidence": 1.0}, "ranking": []}


class Decision(StrEnum):
    """What a text comes to, in one word."""

    CANCEL = "cancel"
    CLARIFY = "clarify"  # asks, or answers, and offers [Cancel now]
    UNSUBSCRIBE = "unsubscribe"
    PAUSE = "pause"
    WITHDRAW = "withdraw"
    UNDO = "undo"
    DELETE = "delete"
    HANDOFF = "handoff"
    ANSWER = "answer"
    OTHER = "other"


#: Requests that are named after what was asked for, whatever can be done about it today.
_REQUESTS = {
    "unsubscribe": Decision.UNSUBSCRIBE,
    "pause": Decision.PAUSE,
    "withdraw": Decision.WITHDRAW,
    "undo_cancel": Decision.UNDO,
    "delete_data": Decision.DELETE,
}
_ANSWERS = frozenset({"resend_receipt", "bot_challenge"})


@dataclass(frozen=True, slots=True)
class Attempt:
    """A text on its way: accepted and prepared, by a customer and in a conversation of its own."""

    text: str
    customer_ref: str
    conversation_id: str
    inbox_id: str
    prepared: Prepared


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What was understood of a text, and what the bot did."""

    text: str
    language: str
    intent: str
    confidence: float
    reasons: tuple[str, ...]
    plan: str | None
    date: str | None  # ISO 8601; a stretch of days as first/last
    decision: Decision
    why: str | None
    ranking: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class _Happened:
    """What the store shows after the turn."""

    cancelled: bool
    case: bool
    replies: tuple[RenderedReply, ...]
    failed: bool

    def offers(self, name: str) -> bool:
        return any(name == button for reply in self.replies for button, _, _ in reply.buttons)


class Rehearsal:
    """The app with an empty database in `folder`; each text meets a verified customer with one running plan.

    `settings` are the installation's: the same company, languages, time zone and thresholds. Shadow mode is
    off here: what is asked is what the bot would do.
    """

    def __init__(self, settings: Settings, folder: Path) -> None:
        mine = {
            "home": folder,
            "database_url": f"sqlite:///{folder}/fairwell.db",
            "billing": "book",
            "shadow": False,
            "web_identity_secret": None,
        }
        self._app = bootstrap.build(settings.model_copy(update=mine))
        self._deps = self._app.deps
        self._rules = rulebook.load(ROOT / "data" / "rules")
        self._actions: dict[str, TurnAction] = {item.name(): item for item in registry.build(self._deps)}
        self._loop = asyncio.Runner()
        self._count = 0
        book = demo_book(self._deps.clock.now(), self._deps.zone)
        self._plan = next(item for item in book.subscriptions if item.customer_ref == "demo-solo")
        with self._deps.store.begin() as work:
            work.book.put_plan(self._plan.plan)
            work.commit()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.close()

    def prepare(self, text: str) -> Attempt:
        """Accepts a text as a message and prepares it; `prepared.text` is what the model is to be asked."""
        self._count += 1
        ref, conversation_id = f"customer-{self._count}", f"c_{self._count}"
        now = self._deps.clock.now()
        locale = self._deps.wording.locale(None)
        with self._deps.store.begin() as work:
            work.customers.put(Customer(ref, "A Customer", f"{ref}@example.com"))
            work.book.put(replace(self._plan, ref=f"{ref}-subscription", customer_ref=ref))
            work.conversations.put(Conversation(conversation_id, "web", conversation_id, locale, now, now))
            work.identities.put_proof(proof_of(conversation_id, ref, ProofSource.WEB_TOKEN, now))
            work.commit()
        inbox_id = inbox.accept(self._deps, Incoming(conversation_id, "only", text))
        return Attempt(text, ref, conversation_id, inbox_id, turns.prepare(self._deps, inbox_id))

    def carry_out(self, attempt: Attempt, parsed: Mapping[str, Any] | None) -> Rehearsed:
        """Answers a message that was `parsed` so (None: it is not to be read), and says what came of it."""
        prepared = attempt.prepared
        understood = _UNREAD if parsed is None else parsed
        intent = str(understood["intent"]["name"])
        happened = self._answer(attempt, intent, understood)
        named = mentioned(normalise(prepared.text or ""), [self._plan])
        return Rehearsed(
            text=attempt.text,
            language=prepared.language,
            intent=intent,
            confidence=float(understood["intent"]["confidence"]),
            reasons=tuple(str(reason) for reason in understood.get("reasons") or ()),
            plan=self._plan.plan.name if named.subscriptions and not named.everything else None,
            date=self._day(attempt),
            decision=_decision(intent, happened),
            why="failed" if happened.failed else understood.get("decision") or "unread",
            ranking=tuple((str(entry["name"]), entry["confidence"]) for entry in understood["ranking"]),
        )

    def _answer(self, attempt: Attempt, intent: str, understood: Mapping[str, Any]) -> _Happened:
        """Has the action run as Rasa's request would; the texts Rasa says itself change nothing."""
        prepared = attempt.prepared
        awaiting = prepared.awaiting.value if prepared.awaiting else None
        action = self._actions.get(self._rules.action(intent, awaiting) or "")
        failed = False
        if action is not None:
            slots = {"language": prepared.language, "awaiting": awaiting}
            message = {**understood, "metadata": {"inbox_id": attempt.inbox_id}}
            tracker = Tracker(prepared.sender, slots, message, [], False, None, {}, "action_listen")
            try:
                self._loop.run(action.run(CollectingDispatcher(), tracker, {}))
            except Exception:  # noqa: BLE001 - the gateway too takes any fault for a failed turn
                failed = True
        with self._deps.store.begin() as work:
            stored = work.inbox.result(attempt.inbox_id)
            done = work.operations.of_customer(attempt.customer_ref)
            case = work.cases.current(attempt.conversation_id)
        return _Happened(
            cancelled=any(operation.kind is OperationKind.CANCEL for operation in done),
            # A turn that fails again and again ends with a person: see bot.services.inbox.give_up.
            case=case is not None or failed,
            replies=outcome.load(stored).replies if stored is not None else (),
            failed=failed,
        )

    def _day(self, attempt: Attempt) -> str | None:
        """The day the text names for an end, read as the cancelling itself reads it."""
        prepared, deps = attempt.prepared, self._deps
        wish = deps.dates.read(
            prepared.text or "", at=deps.clock.now(), language=prepared.language, zone=deps.zone
        )
        if wish is None or wish.days is None:
            return None
        first, last = wish.days.first.isoformat(), wish.days.last.isoformat()
        return first if wish.days.one_day else f"{first}/{last}"


def _decision(intent: str, happened: _Happened) -> Decision:
    """Read off what happened, and only where nothing did off what was asked for."""
    if happened.cancelled:
        return Decision.CANCEL
    if happened.offers("cancel_now"):
        return Decision.CLARIFY
    if intent in _REQUESTS:
        return _REQUESTS[intent]
    if happened.case or happened.offers("talk_to_human"):
        return Decision.HANDOFF
    return Decision.ANSWER if intent.startswith("ask_") or intent in _ANSWERS else Decision.OTHER
