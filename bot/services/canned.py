"""Replies that are often needed, ready to be sent or changed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.audit import Action
from bot.domain.cases import Case
from bot.domain.desk import CannedReply
from bot.domain.errors import FairwellError
from bot.ports import UnitOfWork
from bot.services import audit
from bot.services.dependencies import Dependencies

MAX_TITLE, MAX_TEXT = 80, 4000
#: What is filled in, with the space before it, which goes where there is nothing to fill in.
_PLACE = re.compile(r"([ \t]?)\{(name|number)\}")


def listed(deps: Dependencies, language: str | None = None) -> Sequence[CannedReply]:
    """By language and title; only those of a language, where one is given."""
    with deps.store.reading() as work:
        return [item for item in work.desk.canned() if language in {None, item.language}]


def filled(deps: Dependencies, work: UnitOfWork, case: Case, text: str) -> str:
    """A reply as it goes out: the customer's name is put in here, so that staff need not see it for that.

    Where nobody knows it, a greeting goes without: "Hello {name}," becomes "Hello,".
    """
    proof = work.identities.proof(case.conversation_id, deps.clock.now())
    customer = work.customers.get(proof.customer_ref) if proof else None
    known = {"name": customer.name if customer else "", "number": case.id}

    def put_in(found: re.Match[str]) -> str:
        value = known[found[2]]
        return f"{found[1]}{value}" if value else ""

    return _PLACE.sub(put_in, text)


def put(deps: Dependencies, by: str, title: str, language: str, text: str, reply_id: str = "") -> None:
    """Adds one, or changes it. Raises `FairwellError` for one that is empty or too long."""
    if not 0 < len(title.strip()) <= MAX_TITLE or not 0 < len(text.strip()) <= MAX_TEXT:
        raise FairwellError(f"a title has 1 to {MAX_TITLE} characters, a text 1 to {MAX_TEXT}")
    if deps.wording.locale(language) != language:
        raise FairwellError("this language is not spoken here")
    with deps.store.begin() as work:
        made = CannedReply(reply_id or deps.ids.new("cr"), title.strip(), language, text.strip())
        work.desk.put_canned(made)
        audit.note(deps, work, by, Action.CONFIGURED, "canned replies", what={"put": made.title})
        work.commit()


def remove(deps: Dependencies, by: str, reply_id: str) -> None:
    """Where there is none, nothing happens."""
    with deps.store.begin() as work:
        work.desk.remove_canned(reply_id)
        audit.note(deps, work, by, Action.CONFIGURED, "canned replies", what={"removed": reply_id})
        work.commit()
