"""What a customer is shown without having written: where their plans stand, with buttons."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.conversations import RenderedReply, Reply, Understanding
from bot.domain.errors import NotFoundError
from bot.domain.inbox import InboxEntry
from bot.domain.text import Masked
from bot.services import status
from bot.services.dependencies import Dependencies
from bot.services.turn import Turn, render


def show(deps: Dependencies, conversation_id: str) -> Sequence[RenderedReply]:
    """One reply for each plan of who is verified in this conversation; a sentence without facts for others.

    Nothing is written into the transcript. The buttons are this conversation's, as any others.
    """
    with deps.store.begin() as work:
        conversation = work.conversations.lock(conversation_id)
        if conversation is None:
            raise NotFoundError("no such conversation")
        now = deps.clock.now()
        turn = Turn(
            deps=deps,
            work=work,
            entry=InboxEntry("", conversation.id, "", "", now),
            conversation=conversation,
            customer=None,
            press=None,
            secrets=Masked(""),
            case=None,
            now=now,
            understanding=Understanding(),
        )
        turn.recognise(work.identities.proof(conversation.id, now))
        said = status.overview(turn) if turn.customer is not None else [Reply("overview_unverified")]
        shown = [render(deps, work, conversation, reply) for reply in said]
        work.commit()
    return shown
