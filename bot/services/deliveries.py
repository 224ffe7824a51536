"""Deliveries: which message goes next on its way to a platform, and what came of it (P9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.conversations import Message, RenderedReply
from bot.domain.deliveries import MAX_TRIES, Delivery, DeliveryState, wait_after
from bot.domain.errors import ConflictError, NotFoundError
from bot.services.dependencies import Dependencies


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A delivery this process has the lease of, with what is to be sent, and where."""

    delivery: Delivery
    address: str
    reply: RenderedReply


def lease(deps: Dependencies, owner: str, holds_for: timedelta, limit: int) -> Sequence[Outgoing]:
    """Takes what is due, one message of each conversation.

    What is sent at most once is marked before it is sent; found marked, nobody knows whether it was, and it
    is not sent again (P5).
    """
    with deps.store.begin() as work:
        now = deps.clock.now()
        taken = []
        for delivery in work.deliveries.lease(owner, now, now + holds_for, limit):
            conversation = work.conversations.get(delivery.conversation_id)
            found = work.messages.after(delivery.conversation_id, delivery.seq - 1, 1)
            if conversation is None or not found:
                raise NotFoundError("a delivery without its message")
            if delivery.once and delivery.begun:
                work.deliveries.put(replace(delivery, state=DeliveryState.DOUBTFUL, fault="interrupted"))
                continue
            if delivery.once:
                delivery = replace(delivery, begun=True)  # noqa: PLW2901 - marked from here on
                work.deliveries.extend(delivery, owner, now + holds_for)
            reply = replace(_reply(found[0]), locale=conversation.locale)
            taken.append(Outgoing(delivery, conversation.address, reply))
        work.commit()
    return taken


def _reply(message: Message) -> RenderedReply:
    return RenderedReply(message.kind, message.text, message.buttons, message.receipt)


def part_sent(deps: Dependencies, outgoing: Outgoing, owner: str, holds_for: timedelta) -> Outgoing:
    """Notes that one more part of a long message has arrived. Raises `ConflictError` if the lease is lost."""
    delivery = replace(outgoing.delivery, parts_sent=outgoing.delivery.parts_sent + 1)
    with deps.store.begin() as work:
        if not work.deliveries.extend(delivery, owner, deps.clock.now() + holds_for):
            raise ConflictError("another process delivers this")
        work.commit()
    return replace(outgoing, delivery=delivery)


def sent(deps: Dependencies, outgoing: Outgoing, owner: str) -> None:
    """The platform has it."""
    _put(deps, replace(outgoing.delivery, state=DeliveryState.SENT, fault=None), owner)


def not_sent(
    deps: Dependencies, outgoing: Outgoing, owner: str, fault: str, retry_after: float | None = None
) -> Delivery:
    """The platform did not take it: again later, when it says or after a growing wait; not for ever.

    Being told to wait is no failed try.
    """
    delivery = replace(outgoing.delivery, begun=False, fault=fault)
    now = deps.clock.now()
    if retry_after is not None:
        delivery = replace(delivery, run_at=now + timedelta(seconds=retry_after))
    else:
        delivery = _after_a_try(deps, delivery)
    _put(deps, delivery, owner)
    return delivery


def in_doubt(deps: Dependencies, outgoing: Outgoing, owner: str, fault: str) -> Delivery:
    """Nobody knows whether it arrived: once more, but for what must not arrive twice (P5)."""
    delivery = replace(outgoing.delivery, fault=fault)
    if delivery.once:
        delivery = replace(delivery, state=DeliveryState.DOUBTFUL)
    else:
        delivery = _after_a_try(deps, delivery)
    _put(deps, delivery, owner)
    return delivery


def refused(deps: Dependencies, outgoing: Outgoing, owner: str, why: str) -> None:
    """The platform never will take it: a dead letter, and the next message has its turn."""
    _put(deps, replace(outgoing.delivery, state=DeliveryState.DEAD, fault=why), owner)


def _after_a_try(deps: Dependencies, delivery: Delivery) -> Delivery:
    tries = delivery.tries + 1
    if tries >= MAX_TRIES:
        return replace(delivery, tries=tries, state=DeliveryState.DEAD)
    return replace(delivery, tries=tries, run_at=deps.clock.now() + wait_after(tries, deps.shuffle.random()))


def _put(deps: Dependencies, delivery: Delivery, owner: str) -> None:
    with deps.store.begin() as work:
        # Without the lease it is another process's to say how it stands.
        work.deliveries.put(delivery, owner)
        work.commit()


def waiting(deps: Dependencies) -> int:
    """How many messages are on their way."""
    with deps.store.begin() as work:
        return work.deliveries.count_waiting()


def undelivered(deps: Dependencies, limit: int | None = 200) -> Sequence[Delivery]:
    """Dead letters and doubtful ones, oldest first."""
    with deps.store.begin() as work:
        return work.deliveries.undelivered(limit)


def send_again(deps: Dependencies, conversation_id: str, seq: int) -> None:
    """Puts a dead letter back on its way. Raises `NotFoundError` where there is none.

    Raises `ConflictError` for one that is on its way or has arrived, and for what may have arrived and must
    not arrive twice.
    """
    with deps.store.begin() as work:
        delivery = work.deliveries.get(conversation_id, seq)
        if delivery is None:
            raise NotFoundError(f"there is no delivery {conversation_id}:{seq}")
        if delivery.state is not DeliveryState.DEAD:
            raise ConflictError(f"{conversation_id}:{seq} is {delivery.state.value}, not dead")
        again = replace(
            delivery,
            state=DeliveryState.WAITING,
            begun=False,
            tries=0,
            run_at=deps.clock.now(),
            fault=None,
        )
        work.deliveries.put(again)
        work.commit()
