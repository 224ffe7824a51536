"""Telling a customer on their other channels what was done in one: who was not it finds out at once."""

from __future__ import annotations

from bot.domain.conversations import Author, ButtonSpec, Message, Press, Reply, ReplyKind
from bot.domain.identities import Proof
from bot.domain.outbox import TELL, Job
from bot.domain.receipts import Receipt
from bot.ports import UnitOfWork
from bot.services import buttons, receipts
from bot.services.dependencies import Dependencies
from bot.services.transcripts import say
from bot.services.turn import render


def tell(deps: Dependencies, job: Job) -> tuple[str, ...]:
    """Writes a notice with the receipt into one conversation of every other channel they are verified on.

    Only who may decide for the account is told. Returns the conversations. Again is safe: each is told once.
    What was said elsewhere is not shown (only receipts are shared between channels).
    """
    number, origin = job.payload["receipt"], job.payload["conversation"]
    told = _others(deps, number, origin)
    for conversation_id in told:
        with deps.store.begin() as work:
            _tell(deps, work, conversation_id, origin, number)
            work.commit()
    return told


def _others(deps: Dependencies, number: str, origin: str) -> tuple[str, ...]:
    """The newest verified conversation of every other channel."""
    with deps.store.begin() as work:
        receipt, here = work.receipts.get(number), work.conversations.get(origin)
        if receipt is None or receipt.customer_ref is None or here is None:
            return ()
        newest: dict[str, str] = {}
        for proof in work.identities.proofs_of(receipt.customer_ref, deps.clock.now()):
            there = work.conversations.get(proof.conversation_id)
            if there is not None and there.channel != here.channel and _may_decide(work, proof):
                newest.setdefault(there.channel, there.id)
    return tuple(newest.values())


def _may_decide(work: UnitOfWork, proof: Proof) -> bool:
    """As their role is now: a colleague without it is told of no plan, anywhere (P3)."""
    member = work.members.get(proof.member_id) if proof.member_id is not None else None
    return proof.member_id is None or (member is not None and member.may_decide)


def _tell(deps: Dependencies, work: UnitOfWork, conversation_id: str, origin: str, number: str) -> None:
    key = f"{TELL}:{number}:{conversation_id}"
    there, here = work.conversations.lock(conversation_id), work.conversations.get(origin)
    receipt = work.receipts.get(number)
    if there is None or here is None or receipt is None or work.messages.for_inbox(key):
        return
    reply = Reply(
        "told_elsewhere",
        {
            "plan": receipt.plan_name,
            "at": receipt.received_at,
            "channel": _place(deps, here.channel, there.locale),
            "number": number,
        },
        ReplyKind.RECEIPT,
        (*_undo(deps, work, receipt), buttons.person()),
        receipts.summary(deps, receipt),
    )
    said = render(deps, work, there, reply)
    told = Message(
        there.id,
        0,
        Author.BOT,
        said.kind,
        said.text,
        deps.clock.now(),
        inbox_id=key,
        buttons=said.buttons,
        receipt=said.receipt,
    )
    say(work, there, told)


def _place(deps: Dependencies, channel: str, locale: str) -> str:
    try:
        return deps.wording.text(f"channel_{channel}", locale, {})
    except KeyError:
        return deps.wording.text("channel_other", locale, {})


def _undo(deps: Dependencies, work: UnitOfWork, receipt: Receipt) -> tuple[ButtonSpec, ...]:
    """[Undo], while it is this cancellation that stands and its end has not come."""
    latest = work.operations.latest(receipt.subscription_ref)
    if latest is None or latest.id != receipt.operation_id or receipt.effective_at <= deps.clock.now():
        return ()
    press = Press(
        name="undo",
        intent="undo_cancel",
        subscription_ref=receipt.subscription_ref,
        generation=latest.generation,
    )
    return (ButtonSpec(press, "button_undo"),)
