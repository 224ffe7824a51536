"""Outgoing webhooks: endpoints, events, and the deliveries of these to those."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, func, literal, or_, select, update

from bot.domain.deliveries import DeliveryState
from bot.domain.webhooks import (
    Attempt,
    Endpoint,
    EndpointState,
    Event,
    EventType,
    Secret,
    WebhookDelivery,
)
from bot.ports.webhooks import Standing
from bot.store.repository import Repository, known
from bot.store.tables.webhooks import webhook_deliveries as deliveries
from bot.store.tables.webhooks import webhook_endpoints as endpoints
from bot.store.tables.webhooks import webhook_events as events

_WAITING = deliveries.c.state == known(DeliveryState.WAITING)
_DEAD = deliveries.c.state == known(DeliveryState.DEAD)


class SqlWebhooks(Repository):
    """Implements `ports.WebhookRepository`."""

    def endpoints(self) -> Sequence[Endpoint]:
        return [
            self._endpoint(row) for row in self._all(select(endpoints).order_by(endpoints.c.created_at, "id"))
        ]

    def endpoint(self, endpoint_id: str) -> Endpoint | None:
        row = self._one(select(endpoints).where(endpoints.c.id == endpoint_id))
        return None if row is None else self._endpoint(row)

    def lock_endpoint(self, endpoint_id: str) -> Endpoint | None:
        row = self._one(select(endpoints).where(endpoints.c.id == endpoint_id).with_for_update())
        return None if row is None else self._endpoint(row)

    def put_endpoint(self, endpoint: Endpoint) -> None:
        secrets = [[item.value, item.until.isoformat() if item.until else None] for item in endpoint.secrets]
        values = {
            "id": endpoint.id,
            "url": self._seal(endpoint.url),
            "secrets": self._seal(json.dumps(secrets)),
            "created_at": endpoint.created_at,
            "events": [kind.value for kind in endpoint.events],
            "words": endpoint.words,
            "state": endpoint.state.value,
            "why": endpoint.why,
        }
        self._put(endpoints, values, endpoints.c.id)

    def remove_endpoint(self, endpoint_id: str) -> None:
        self._change(delete(deliveries).where(deliveries.c.endpoint_id == endpoint_id))
        self._change(delete(endpoints).where(endpoints.c.id == endpoint_id))

    def add_event(self, event: Event) -> bool:
        values = {
            "id": event.id,
            "kind": event.kind.value,
            "key": event.key,
            "occurred_at": event.occurred_at,
            "data": self._seal(event.data),
            "words": self._seal_maybe(event.words),
        }
        return self._add(events, values)

    def event(self, event_id: str) -> Event | None:
        row = self._one(select(events).where(events.c.id == event_id))
        if row is None:
            return None
        data, words = self._open(row.data), self._open_maybe(row.words)
        return Event(row.id, EventType(row.kind), row.key, row.occurred_at, data, words)

    def add(self, delivery: WebhookDelivery) -> None:
        key = {"event_id": delivery.event_id, "endpoint_id": delivery.endpoint_id}
        self._connection.execute(self._insert(deliveries).values(**key, **_values(delivery)))

    def get(self, event_id: str, endpoint_id: str) -> WebhookDelivery | None:
        row = self._one(select(deliveries).where(_this(event_id, endpoint_id)))
        return None if row is None else _delivery(row)

    def due(self, now: datetime) -> Sequence[str]:
        which = select(deliveries.c.endpoint_id).where(_WAITING, deliveries.c.run_at <= now, _free(now))
        return [row.endpoint_id for row in self._all(which.distinct().order_by(deliveries.c.endpoint_id))]

    def lease(
        self, endpoint_id: str, owner: str, now: datetime, until: datetime, limit: int
    ) -> Sequence[WebhookDelivery]:
        due = (
            select(deliveries)
            .where(deliveries.c.endpoint_id == endpoint_id, _WAITING, deliveries.c.run_at <= now, _free(now))
            .order_by(deliveries.c.run_at, deliveries.c.event_id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        found = [_delivery(row) for row in self._all(due)]
        if found:
            taken = deliveries.c.event_id.in_([item.event_id for item in found])
            mine = update(deliveries).where(deliveries.c.endpoint_id == endpoint_id, taken)
            self._change(mine.values(lease_owner=owner, lease_until=until))
        return found

    def put(self, delivery: WebhookDelivery, owner: str) -> bool:
        mine = _this(delivery.event_id, delivery.endpoint_id) & (deliveries.c.lease_owner == owner)
        given_back = {"lease_owner": None, "lease_until": None}
        return self._change(update(deliveries).where(mine).values(**_values(delivery), **given_back)) == 1

    def again(self, event_id: str, endpoint_id: str, now: datetime) -> bool:
        this = update(deliveries).where(_this(event_id, endpoint_id), _free(now))
        return self._change(this.values(**_on_its_way(now))) == 1

    def replay(self, endpoint_id: str, kinds: Sequence[EventType], since: datetime, now: datetime) -> int:
        names = [kind.value for kind in kinds]
        meant = (events.c.occurred_at >= since) & events.c.kind.in_(names)
        told = select(events.c.id).where(meant)
        over = update(deliveries).where(
            deliveries.c.endpoint_id == endpoint_id,
            deliveries.c.event_id.in_(told),
            deliveries.c.state != known(DeliveryState.WAITING),
        )
        count = self._change(over.values(**_on_its_way(now)))
        never = select(
            events.c.id,
            literal(endpoint_id),
            literal(DeliveryState.WAITING.value),
            literal(now, deliveries.c.run_at.type),
            literal(0),
            literal([], deliveries.c.attempts.type),
        ).where(meant, ~select(1).where(_this_event(endpoint_id)).exists())
        columns = ["event_id", "endpoint_id", "state", "run_at", "tries", "attempts"]
        added = self._insert(deliveries).from_select(columns, never).returning(deliveries.c.event_id)
        return count + len(self._all(added))

    def bury(self, endpoint_id: str, now: datetime, fault: str) -> int:
        waiting = update(deliveries).where(deliveries.c.endpoint_id == endpoint_id, _WAITING, _free(now))
        dead = {"state": DeliveryState.DEAD.value, "run_at": now, "fault": fault}
        return self._change(waiting.values(**dead, lease_owner=None, lease_until=None))

    def listed(
        self,
        *,
        state: DeliveryState | None = None,
        endpoint_id: str | None = None,
        since: datetime | None = None,
        limit: int | None = 200,
    ) -> Sequence[tuple[WebhookDelivery, EventType, datetime]]:
        found = select(deliveries, events.c.kind, events.c.occurred_at).join(
            events, events.c.id == deliveries.c.event_id
        )
        if state is not None:
            found = found.where(deliveries.c.state == known(state))
        if endpoint_id is not None:
            found = found.where(deliveries.c.endpoint_id == endpoint_id)
        if since is not None:
            found = found.where(events.c.occurred_at >= since)
        rows = self._all(found.order_by(events.c.position, deliveries.c.endpoint_id).limit(limit))
        return [(_delivery(row), EventType(row.kind), row.occurred_at) for row in rows]

    def standing(self) -> dict[str, Standing]:
        def counted(which: ColumnElement[bool]) -> dict[str, int]:
            each = select(deliveries.c.endpoint_id, func.count().label("many")).where(which)
            return {row.endpoint_id: row.many for row in self._all(each.group_by(deliveries.c.endpoint_id))}

        waiting, dead = counted(_WAITING), counted(_DEAD)
        return {name: Standing(waiting.get(name, 0), dead.get(name, 0)) for name in sorted({*waiting, *dead})}

    def _endpoint(self, row: Row[Any]) -> Endpoint:
        secrets = json.loads(self._open(row.secrets))
        return Endpoint(
            id=row.id,
            url=self._open(row.url),
            secrets=tuple(
                Secret(value, datetime.fromisoformat(until) if until else None) for value, until in secrets
            ),
            created_at=row.created_at,
            events=tuple(EventType(kind) for kind in row.events),
            words=row.words,
            state=EndpointState(row.state),
            why=row.why,
        )


def _this(event_id: str, endpoint_id: str) -> ColumnElement[bool]:
    return (deliveries.c.event_id == event_id) & (deliveries.c.endpoint_id == endpoint_id)


def _this_event(endpoint_id: str) -> ColumnElement[bool]:
    return and_(deliveries.c.event_id == events.c.id, deliveries.c.endpoint_id == endpoint_id)


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(deliveries.c.lease_until.is_(None), deliveries.c.lease_until <= now)


def _on_its_way(now: datetime) -> dict[str, Any]:
    return {
        "state": DeliveryState.WAITING.value,
        "run_at": now,
        "tries": 0,
        "fault": None,
        "lease_owner": None,
        "lease_until": None,
    }


def _values(delivery: WebhookDelivery) -> dict[str, Any]:
    attempts = [[item.at.isoformat(), item.status, item.fault] for item in delivery.attempts]
    return {
        "state": delivery.state.value,
        "run_at": delivery.run_at,
        "tries": delivery.tries,
        "fault": delivery.fault,
        "attempts": attempts,
    }


def _delivery(row: Row[Any]) -> WebhookDelivery:
    return WebhookDelivery(
        event_id=row.event_id,
        endpoint_id=row.endpoint_id,
        run_at=row.run_at,
        state=DeliveryState(row.state),
        tries=row.tries,
        fault=row.fault,
        attempts=tuple(
            Attempt(datetime.fromisoformat(at), status, fault) for at, status, fault in row.attempts
        ),
    )
