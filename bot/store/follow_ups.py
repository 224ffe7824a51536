"""Who wants to be told, once, when their reason for leaving is gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, or_, select

from bot.domain.exit_interview import Reason
from bot.domain.follow_ups import FollowUp, FollowUpState
from bot.store.repository import Repository, known
from bot.store.tables.follow_ups import follow_ups


class SqlFollowUps(Repository):
    """Implements `ports.FollowUpRepository`."""

    def add(self, follow_up: FollowUp) -> bool:
        return self._add(follow_ups, self._values(follow_up))

    def put(self, follow_up: FollowUp) -> None:
        self._put(follow_ups, self._values(follow_up), follow_ups.c.id)

    def lock(self, follow_up_id: str) -> FollowUp | None:
        mine = select(follow_ups).where(follow_ups.c.id == follow_up_id)
        row = self._one(mine.with_for_update())
        return None if row is None else self._follow_up(row)

    def of_declaration(self, declaration_id: str) -> FollowUp | None:
        row = self._one(select(follow_ups).where(follow_ups.c.declaration_id == declaration_id))
        return None if row is None else self._follow_up(row)

    def open(
        self, *, customer_ref: str | None = None, conversation_id: str | None = None
    ) -> Sequence[FollowUp]:
        waiting = select(follow_ups).where(follow_ups.c.state == known(FollowUpState.OPEN))
        whose = [
            column == value
            for column, value in (
                (follow_ups.c.customer_ref, customer_ref),
                (follow_ups.c.conversation_id, conversation_id),
            )
            if value is not None
        ]
        if whose:
            waiting = waiting.where(or_(*whose))
        return [self._follow_up(row) for row in self._all(waiting.order_by(follow_ups.c.position))]

    def remove_customer(self, customer_ref: str) -> None:
        self._change(delete(follow_ups).where(follow_ups.c.customer_ref == customer_ref))

    def _values(self, follow_up: FollowUp) -> dict[str, object]:
        return {
            "id": follow_up.id,
            "customer_ref": follow_up.customer_ref,
            "member_id": follow_up.member_id,
            "conversation_id": follow_up.conversation_id,
            "declaration_id": follow_up.declaration_id,
            "channel": follow_up.channel,
            "reasons": [reason.value for reason in follow_up.reasons],
            "words": self._seal(follow_up.words),
            "given_at": follow_up.given_at,
            "state": follow_up.state.value,
            "settled_at": follow_up.settled_at,
        }

    def _follow_up(self, row: Row[Any]) -> FollowUp:
        return FollowUp(
            id=row.id,
            customer_ref=row.customer_ref,
            conversation_id=row.conversation_id,
            declaration_id=row.declaration_id,
            channel=row.channel,
            reasons=tuple(Reason(value) for value in row.reasons),
            words=self._open(row.words),
            given_at=row.given_at,
            member_id=row.member_id,
            state=FollowUpState(row.state),
            settled_at=row.settled_at,
        )
