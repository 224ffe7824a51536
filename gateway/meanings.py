"""What messages mean that came through a form: known from the field, so that Rasa need not be asked."""

from __future__ import annotations

from collections.abc import Iterable

from actions import registry
from bot.domain.conversations import Understanding
from bot.domain.inbox import InboxEntry
from bot.services.acting import act
from bot.services.dependencies import Dependencies
from bot.services.turns import Prepared


class Meanings:
    """Kept in this process only, and only until a message is answered.

    If the process dies before, the message is one like any other: the sweeper has it read by Rasa. So a form
    says what a person would have written.
    """

    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps
        self._handlers = registry.handlers(deps)
        # By inbox id, so that each change is one step: workers look from threads of their own.
        self._known: dict[str, tuple[str, str | None]] = {}

    def note(self, conversation_id: str, inbox_id: str, intent: str | None) -> None:
        """Says what an accepted message means: `intent`, or None for a press, which says so itself."""
        self._known[inbox_id] = (conversation_id, intent)

    def of(self, conversation_id: str) -> Iterable[str]:
        """The inbox ids of a conversation whose meaning is known, in the order in which they came."""
        return [inbox_id for inbox_id, (owner, _) in tuple(self._known.items()) if owner == conversation_id]

    def conversations(self) -> Iterable[str]:
        """Those that have any."""
        return {owner for owner, _ in tuple(self._known.values())}

    def forget(self, inbox_id: str) -> None:
        """The message is answered, by whomever."""
        self._known.pop(inbox_id, None)

    def intent(self, entry: InboxEntry, prepared: Prepared) -> str | None:
        """What a message means; None where that has to be asked."""
        if entry.id not in self._known:
            return None
        intent = self._known[entry.id][1] or prepared.intent
        return intent if intent in self._handlers else None

    def act(self, entry: InboxEntry, intent: str) -> None:
        """Does what it means, once, and stores the outcome, as an action does that Rasa has run."""
        understanding = Understanding(intent=intent, confidence=1.0)
        act(self._deps, entry.conversation_id, entry.id, self._handlers[intent], understanding)
