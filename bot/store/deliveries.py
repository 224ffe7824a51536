"""Deliveries, sealed secrets of platforms, and rights that one process at a time holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, or_, select, update

from bot.domain.deliveries import Delivery, DeliveryState
from bot.store.repository import Repository, among, known
from bot.store.tables.delivering import deliveries, roles, vault

_WAITING = deliveries.c.state == known(DeliveryState.WAITING)


class SqlDeliveries(Repository):
    """Implements `ports.DeliveryRepository`."""

    def add(self, delivery: Delivery) -> None:
        key = {"conversation_id": delivery.conversation_id, "seq": delivery.seq}
        self._connection.execute(self._insert(deliveries).values(**key, **_values(delivery)))

    def get(self, conversation_id: str, seq: int) -> Delivery | None:
        row = self._one(select(deliveries).where(_this(conversation_id, seq)))
        return None if row is None else _delivery(row)

    def lease(self, owner: str, now: datetime, until: datetime, limit: int) -> Sequence[Delivery]:
        oldest = (
            select(deliveries.c.conversation_id, func.min(deliveries.c.seq).label("seq"))
            .where(_WAITING)
            .group_by(deliveries.c.conversation_id)
            .subquery("oldest")
        )
        first = (oldest.c.conversation_id == deliveries.c.conversation_id) & (
            oldest.c.seq == deliveries.c.seq
        )
        due = (
            select(deliveries)
            .join(oldest, first)
            .where(
                _WAITING,
                deliveries.c.run_at <= now,
                or_(deliveries.c.lease_until.is_(None), deliveries.c.lease_until <= now),
            )
            .order_by(deliveries.c.run_at)
            .limit(limit)
            .with_for_update(skip_locked=True, of=deliveries)
        )
        found = [_delivery(row) for row in self._all(due)]
        if found:
            key = (deliveries.c.conversation_id, deliveries.c.seq)
            these = among(key, [(item.conversation_id, item.seq) for item in found])
            self._change(update(deliveries).where(these).values(lease_owner=owner, lease_until=until))
        return found

    def put(self, delivery: Delivery, owner: str | None = None) -> bool:
        return self._store(delivery, owner, {"lease_owner": None, "lease_until": None})

    def extend(self, delivery: Delivery, owner: str, until: datetime) -> bool:
        return self._store(delivery, owner, {"lease_until": until})

    def _store(self, delivery: Delivery, owner: str | None, lease: dict[str, Any]) -> bool:
        this = update(deliveries).where(_this(delivery.conversation_id, delivery.seq))
        if owner is not None:
            this = this.where(deliveries.c.lease_owner == owner)
        return self._change(this.values(**_values(delivery), **lease)) == 1

    def undelivered(self, limit: int | None = 200) -> Sequence[Delivery]:
        lost = or_(
            deliveries.c.state == known(DeliveryState.DEAD),
            deliveries.c.state == known(DeliveryState.DOUBTFUL),
        )
        by_age = (deliveries.c.run_at, deliveries.c.conversation_id, deliveries.c.seq)
        rows = self._all(select(deliveries).where(lost).order_by(*by_age).limit(limit))
        return [_delivery(row) for row in rows]

    def count_waiting(self) -> int:
        waiting = select(func.count()).select_from(deliveries).where(_WAITING)
        return int(self._connection.execute(waiting).scalar_one())


def _this(conversation_id: str, seq: int) -> ColumnElement[bool]:
    return (deliveries.c.conversation_id == conversation_id) & (deliveries.c.seq == seq)


def _values(delivery: Delivery) -> dict[str, Any]:
    return {
        "channel": delivery.channel,
        "state": delivery.state.value,
        "once": delivery.once,
        "begun": delivery.begun,
        "tries": delivery.tries,
        "parts_sent": delivery.parts_sent,
        "run_at": delivery.run_at,
        "fault": delivery.fault,
    }


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        conversation_id=row.conversation_id,
        seq=row.seq,
        channel=row.channel,
        run_at=row.run_at,
        once=row.once,
        state=DeliveryState(row.state),
        begun=row.begun,
        tries=row.tries,
        parts_sent=row.parts_sent,
        fault=row.fault,
    )


class SqlVault(Repository):
    """Implements `ports.Vault`."""

    def put(self, name: str, value: str, expires_at: datetime | None = None) -> None:
        self._put(vault, {"name": name, "value": self._seal(value), "expires_at": expires_at}, vault.c.name)

    def get(self, name: str, now: datetime) -> str | None:
        live = or_(vault.c.expires_at.is_(None), vault.c.expires_at > now)
        row = self._one(select(vault.c.value).where(vault.c.name == name, live))
        return None if row is None else self._open(row.value)

    def take(self, name: str, now: datetime) -> str | None:
        self._change(delete(vault).where(vault.c.expires_at <= now))
        row = self._one(delete(vault).where(vault.c.name == name).returning(vault.c.value))
        return None if row is None else self._open(row.value)

    def remove(self, name: str) -> None:
        self._change(delete(vault).where(vault.c.name == name))


class SqlRoles(Repository):
    """Implements `ports.Roles`."""

    def take(self, name: str, owner: str, until: datetime, now: datetime) -> bool:
        if self._add(roles, {"name": name, "owner": owner, "until": until}):
            return True
        free = or_(roles.c.owner == owner, roles.c.until <= now)
        return (
            self._change(update(roles).where(roles.c.name == name, free).values(owner=owner, until=until))
            == 1
        )

    def release(self, name: str, owner: str) -> None:
        self._change(delete(roles).where(roles.c.name == name, roles.c.owner == owner))
