"""The whole story of a case for staff: what its customer and the bot said, on every channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.cases import Case
from bot.domain.conversations import Conversation, Message
from bot.domain.errors import NotFoundError
from bot.services.dependencies import Dependencies

#: Of each conversation the newest messages are shown.
_LAST = 200


@dataclass(frozen=True, slots=True)
class Chapter:
    """One conversation of the story."""

    conversation: Conversation
    messages: Sequence[Message]


@dataclass(frozen=True, slots=True)
class Story:
    """A case, with the conversation it was opened in first and the customer's others after it."""

    case: Case
    chapters: Sequence[Chapter]


def of_case(deps: Dependencies, case_id: str) -> Story:
    """Raises `NotFoundError` for an unknown case.

    The others are those in which the same customer was the last to prove who they are; where nobody has in
    the case's own, there are none.
    """
    with deps.store.begin() as work:
        case = work.cases.get(case_id)
        here = work.conversations.get(case.conversation_id) if case is not None else None
        if case is None or here is None:
            raise NotFoundError(f"no case {case_id}")
        proof = work.identities.proof(here.id, deps.clock.now())
        customer_ref = case.customer_ref or (proof.customer_ref if proof is not None else None)
        others = work.conversations.of_customer(customer_ref) if customer_ref is not None else ()
        told = [here, *(item for item in others if item.id != here.id)]
        chapters = [
            Chapter(item, work.messages.after(item.id, max(item.next_seq - 1 - _LAST, 0), _LAST))
            for item in told
        ]
    return Story(case, [chapter for chapter in chapters if chapter.messages])
