"""How a conversation stands, for a page that shows all of it at once."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.cases import CaseState
from bot.domain.conversations import Author, Awaiting, Message
from bot.domain.errors import NotFoundError
from bot.services.dependencies import Dependencies

#: So many messages are looked back on; what is older is not shown there.
LOOK_BACK = 40


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest messages, oldest first, and what comes next.

    `used` are the tokens of their buttons that have acted. `called` says that a person has been asked for,
    `in_charge` that one has taken over, `waiting` that something the customer said is not answered yet.
    """

    language: str
    awaiting: Awaiting | None
    messages: tuple[Message, ...]
    used: frozenset[str]
    called: bool
    in_charge: bool
    waiting: bool

    @property
    def latest(self) -> tuple[Message, ...]:
        """What was said to the customer since their own last words."""
        return self.messages[self._turned :]

    @property
    def earlier(self) -> tuple[Message, ...]:
        """All before that, the customer's last words included."""
        return self.messages[: self._turned]

    @property
    def _turned(self) -> int:
        said = [place for place, item in enumerate(self.messages, 1) if item.author is Author.CUSTOMER]
        return said[-1] if said else 0


def of(deps: Dependencies, conversation_id: str) -> Standing:
    """How it stands now. Raises `NotFoundError` for a conversation that is not there."""
    with deps.store.begin() as work:
        conversation = work.conversations.get(conversation_id)
        if conversation is None:
            raise NotFoundError("no such conversation")
        begin = max(conversation.next_seq - 1 - LOOK_BACK, 0)
        messages = tuple(work.messages.after(conversation_id, begin, LOOK_BACK))
        shown = [work.buttons.get(token) for message in messages for _, _, token in message.buttons]
        case = work.cases.current(conversation_id)
        return Standing(
            language=conversation.locale,
            awaiting=conversation.awaiting,
            messages=messages,
            used=frozenset(button.token for button in shown if button and button.pressed_by is not None),
            called=case is not None,
            in_charge=case is not None and case.state is CaseState.ACCEPTED,
            waiting=work.inbox.next_accepted(conversation_id) is not None,
        )
