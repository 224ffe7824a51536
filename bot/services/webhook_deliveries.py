"""Deliveries of webhooks: which go next, what came of them, and sending them again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.deliveries import DeliveryState
from bot.domain.errors import ConflictError, NotFoundError
from bot.domain.webhooks import Attempt, Endpoint, Event, EventType, WebhookDelivery
from bot.ports import UnitOfWork
from bot.ports.webhooks import Standing
from bot.services import webhook_endpoints
from bot.services.dependencies import Dependencies

GONE = 410


@dataclass(frozen=True, slots=True)
class OutgoingEvent:
    """A delivery this process has the lease of, with what is to be sent, and where."""

    delivery: WebhookDelivery
    endpoint: Endpoint
    event: Event


@dataclass(frozen=True, slots=True)
class ListedDelivery:
    """A delivery, with what it tells and when that happened."""

    delivery: WebhookDelivery
    kind: EventType
    occurred_at: datetime


def lease(
    deps: Dependencies, owner: str, holds_for: timedelta, busy: Mapping[str, int], most: int
) -> Sequence[OutgoingEvent]:
    """Takes what is due: of each endpoint as many as make `most` with those it is `busy` with."""
    taken = []
    with deps.store.begin() as work:
        now = deps.clock.now()
        for name in work.webhooks.due(now):
            room = most - busy.get(name, 0)
            endpoint = work.webhooks.endpoint(name) if room > 0 else None
            if endpoint is None or not endpoint.active:
                continue
            for delivery in work.webhooks.lease(endpoint.id, owner, now, now + holds_for, room):
                event = work.webhooks.event(delivery.event_id)
                if event is None:
                    raise NotFoundError("a delivery without its event")
                taken.append(OutgoingEvent(delivery, endpoint, event))
        if taken:
            work.commit()
    return taken


def sent(deps: Dependencies, outgoing: OutgoingEvent, owner: str, status: int) -> None:
    """The endpoint has it."""
    with deps.store.begin() as work:
        # Without the lease it is another process's to say how it stands.
        work.webhooks.put(outgoing.delivery.arrived(deps.clock.now(), status), owner)
        work.commit()


def failed(
    deps: Dependencies,
    outgoing: OutgoingEvent,
    owner: str,
    fault: str,
    status: int | None = None,
    asked: timedelta | None = None,
) -> DeliveryState:
    """It was not taken: again after a growing wait, about three days long. Returns how it stands.

    An endpoint that says it is gone is told nothing any more.
    """
    gone = status == GONE
    with deps.store.begin() as work:
        # Before any delivery, where more than one is changed: one order for all who do that.
        look = work.webhooks.lock_endpoint if gone else work.webhooks.endpoint
        endpoint = look(outgoing.endpoint.id)
        for_good = gone or endpoint is None or not endpoint.active
        attempt = Attempt(deps.clock.now(), status, fault)
        left = outgoing.delivery.failed(attempt, deps.shuffle.random(), asked, for_good=for_good)
        if work.webhooks.put(left, owner) and gone and endpoint is not None and endpoint.active:
            webhook_endpoints.stop(deps, work, endpoint, "it answered 410 Gone")
        work.commit()
    return left.state


def standing(deps: Dependencies) -> Mapping[str, Standing]:
    """How many deliveries wait, and how many are dead, by endpoint."""
    with deps.store.begin() as work:
        return work.webhooks.standing()


def dead(deps: Dependencies, limit: int | None = 200) -> Sequence[ListedDelivery]:
    """Those that nobody tries any more, oldest first."""
    with deps.store.begin() as work:
        return [ListedDelivery(*row) for row in work.webhooks.listed(state=DeliveryState.DEAD, limit=limit)]


def of_endpoint(
    deps: Dependencies, endpoint_id: str, since: datetime | None = None, limit: int | None = 200
) -> Sequence[ListedDelivery]:
    """All of an endpoint's, whatever became of them, oldest first. Raises `NotFoundError`."""
    with deps.store.begin() as work:
        if work.webhooks.endpoint(endpoint_id) is None:
            raise NotFoundError(f"there is no endpoint {endpoint_id}")
        rows = work.webhooks.listed(endpoint_id=endpoint_id, since=since, limit=limit)
        return [ListedDelivery(*row) for row in rows]


def shown(deps: Dependencies, event_id: str, endpoint_id: str) -> OutgoingEvent:
    """One, with all there is to know of it. Raises `NotFoundError`."""
    with deps.store.begin() as work:
        delivery = work.webhooks.get(event_id, endpoint_id)
        event, endpoint = work.webhooks.event(event_id), work.webhooks.endpoint(endpoint_id)
    if delivery is None or event is None or endpoint is None:
        raise NotFoundError(f"there is no delivery {event_id}:{endpoint_id}")
    return OutgoingEvent(delivery, endpoint, event)


def send_again(deps: Dependencies, event_id: str, endpoint_id: str) -> None:
    """Puts a delivery on its way again, with the same id, arrived or not; one that waits is tried now.

    Raises `NotFoundError` where there is none, `ConflictError` while it is being sent, and where its endpoint
    is disabled.
    """
    with deps.store.begin() as work:
        if work.webhooks.get(event_id, endpoint_id) is None:
            raise NotFoundError(f"there is no delivery {event_id}:{endpoint_id}")
        _reachable(work, endpoint_id)
        if not work.webhooks.again(event_id, endpoint_id, deps.clock.now()):
            raise ConflictError(f"{event_id}:{endpoint_id} is being sent")
        work.commit()


def replay(deps: Dependencies, endpoint_id: str, since: datetime) -> int:
    """Sends an endpoint all it wants to be told that happened since then, again or for the first time.

    Returns how many. What is older than 30 days is gone; what happened while no endpoint wanted to know was
    never recorded. Raises as `send_again` does.
    """
    with deps.store.begin() as work:
        endpoint = _reachable(work, endpoint_id)
        kinds = [kind for kind in EventType if kind is not EventType.TEST and endpoint.wants(kind)]
        count = work.webhooks.replay(endpoint_id, kinds, since, deps.clock.now())
        work.commit()
    return count


def _reachable(work: UnitOfWork, endpoint_id: str) -> Endpoint:
    endpoint = work.webhooks.endpoint(endpoint_id)
    if endpoint is None:
        raise NotFoundError(f"there is no endpoint {endpoint_id}")
    if not endpoint.active:
        raise ConflictError(f"{endpoint_id} is disabled; enable it first")
    return endpoint
