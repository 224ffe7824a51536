"""Taking over: a person reads along, answers instead of the bot, and hands back (P10)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.audit import Action
from bot.domain.cases import MOST_LISTED, Case, CaseState
from bot.domain.conversations import Conversation, Message
from bot.domain.declarations import Declaration
from bot.domain.errors import ConflictError, NotFoundError
from bot.domain.staff import SIGNED_IN_FOR, Permission, Purpose, Staff, StaffToken
from bot.ports import UnitOfWork
from bot.services import audit, canned, cases, facets
from bot.services.dependencies import Dependencies

#: The subject of a case that staff open themselves.
STEPPED_IN = "stepped_in"
#: Ids that our forms may have.
KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
_REPLIED = "desk reply"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case in the queue: since when somebody waits, whose it is, and what was said last."""

    case: Case
    conversation: Conversation
    customer_name: str
    assignee: Staff | None
    last: Message | None
    declared: Sequence[Declaration]

    @property
    def since(self) -> datetime:
        """When the waiting began: the message staff have not answered, else the case's beginning."""
        return self.case.waiting_since or self.case.opened_at


def queue(deps: Dependencies) -> Sequence[Waiting]:
    """The cases that are not closed, who waits longest first.

    Where there are very many, those in which nobody waits take no place of those in which somebody does.
    """
    with deps.store.reading() as work:
        there = {case.id: case for case in (*work.cases.waiting(MOST_LISTED), *work.cases.all())}
        found = [_waiting(deps, work, case) for case in there.values()]
    return sorted((item for item in found if item is not None), key=lambda item: item.since)


def take(deps: Dependencies, case_id: str, by: str) -> Case:
    """Accepts a case: the bot is silent from now on. Raises `ConflictError` where somebody else has it."""
    with deps.store.begin() as work:
        case = _taken(deps, work, cases.open_case(work, case_id), by)
        work.commit()
    return case


def step_in(deps: Dependencies, conversation_id: str, by: str) -> Case:
    """Takes over a conversation nobody has asked a person for. Raises as `take`, and `NotFoundError`."""
    with deps.store.begin() as work:
        _lock(work, conversation_id)
        case = _taken(deps, work, cases.open_for(deps, work, conversation_id, STEPPED_IN), by)
        work.commit()
    return case


def reply(deps: Dependencies, conversation_id: str, text: str, by: str, key: str = "") -> Message | None:
    """Sends a reply on the customer's channel; the first one takes over. Raises as `step_in`.

    `key` is an id of the form it was written in: the same words with the same key are sent once, and None
    says that they have been. Without one, or with one that no form of ours has, each reply is a new one.
    """
    with deps.store.begin() as work:
        _lock(work, conversation_id)
        if KEY.fullmatch(key) and not work.staff.add_token(_press(deps, conversation_id, text, by, key)):
            return None
        case = _taken(deps, work, cases.open_for(deps, work, conversation_id, STEPPED_IN), by)
        message = cases.reply_within(deps, work, case, canned.filled(deps, work, case, text))
        audit.note(deps, work, by, Action.REPLIED, conversation_id, what={"case": case.id})
        work.commit()
    return message


def hand_back(deps: Dependencies, case_id: str, by: str) -> Case:
    """Closes the case; the bot answers again, and offers what was declared meanwhile. Raises as `take`."""
    with deps.store.begin() as work:
        case = _not_others(work, cases.open_case(work, case_id), by)
        closed = cases.close_within(deps, work, case)
        audit.note(deps, work, by, Action.HANDED_BACK, case.conversation_id, what={"case": case.id})
        work.commit()
    return closed


def assign(deps: Dependencies, case_id: str, to: str | None, by: str) -> Case:
    """Gives a case to somebody who may answer, or to nobody: then whoever is free takes it.

    Raises `NotFoundError`, and `ConflictError` where it is closed.
    """
    with deps.store.begin() as work:
        case = cases.open_case(work, case_id)
        member = work.staff.get(to) if to else None
        if to and (member is None or not member.may(Permission.STEP_IN)):
            raise NotFoundError("nobody of the staff who may answer")
        case = replace(case, assignee=to)
        work.cases.put(case)
        facets.assigned(work, case.conversation_id, to)
        what = {"case": case.id, "to": to or "nobody"}
        audit.note(deps, work, by, Action.ASSIGNED, case.conversation_id, what=what)
        work.commit()
    return case


def names(deps: Dependencies) -> Mapping[str, str]:
    """What everybody of the staff is called, by id."""
    with deps.store.reading() as work:
        return {member.id: member.name for member in work.staff.all()}


def _waiting(deps: Dependencies, work: UnitOfWork, case: Case) -> Waiting | None:
    conversation = work.conversations.get(case.conversation_id)
    if conversation is None:
        return None
    customer = work.customers.get(case.customer_ref) if case.customer_ref else None
    said = work.messages.before(conversation.id, None, 1)
    now = deps.clock.now()
    made = work.declarations.of_conversation(conversation.id)
    declared = [item for item in made if item.waits_for_staff(now)]
    return Waiting(
        case=case,
        conversation=conversation,
        customer_name=customer.name if customer else "",
        assignee=work.staff.get(case.assignee) if case.assignee else None,
        last=said[-1] if said else None,
        declared=declared,
    )


def _press(deps: Dependencies, conversation_id: str, text: str, by: str, key: str) -> StaffToken:
    """What remembers a reply for as long as a session may last in which its form was shown.

    Its words count as well: whoever goes back to an old form and writes something else is heard.
    """
    digest = deps.hasher.digest(_REPLIED, f"{conversation_id}\n{by}\n{key}\n{text}")
    return StaffToken(digest, by, Purpose.REPLY, deps.clock.now() + SIGNED_IN_FOR)


def _lock(work: UnitOfWork, conversation_id: str) -> None:
    if work.conversations.lock(conversation_id) is None:
        raise NotFoundError("no such conversation")


def _taken(deps: Dependencies, work: UnitOfWork, case: Case, by: str) -> Case:
    """The case, which is theirs from now on; where it is so already, nothing is written down again."""
    case = _not_others(work, case, by)
    if case.state is CaseState.ACCEPTED and case.assignee == by:
        return case
    accepted = cases.accept_within(deps, work, replace(case, assignee=by))
    facets.assigned(work, case.conversation_id, by)
    audit.note(deps, work, by, Action.STEPPED_IN, case.conversation_id, what={"case": case.id})
    return accepted


def _not_others(work: UnitOfWork, case: Case, by: str) -> Case:
    """Whoever has it answers it; a manager gives it to somebody else, who then has it.

    Who has left, or may not answer any more, has nothing.
    """
    if case.state is CaseState.ACCEPTED and case.assignee not in {None, by}:
        other = work.staff.get(case.assignee or "")
        if other is not None and other.may(Permission.STEP_IN):
            raise ConflictError(f"{other.name} is answering here")
    return case
