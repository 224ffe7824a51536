"""Decisions of shadow mode."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from bot.domain.shadow import ShadowDecision, Shadowed
from bot.store.repository import Repository
from bot.store.tables.learning import shadow_decisions


class SqlShadow(Repository):
    """Implements `ports.ShadowRepository`."""

    def add(self, decision: ShadowDecision) -> bool:
        values = {
            "inbox_id": decision.inbox_id,
            "asked_in": decision.asked_in,
            "conversation_id": decision.conversation_id,
            "at": decision.at,
            "intent": decision.intent,
            "confidence": decision.confidence,
            "decision": decision.decision.value,
        }
        return self._add(shadow_decisions, values)

    def newest(self, limit: int) -> Sequence[ShadowDecision]:
        rows = self._all(select(shadow_decisions).order_by(shadow_decisions.c.position.desc()).limit(limit))
        return [
            ShadowDecision(
                inbox_id=row.inbox_id,
                asked_in=row.asked_in,
                conversation_id=row.conversation_id,
                at=row.at,
                intent=row.intent,
                confidence=row.confidence,
                decision=Shadowed(row.decision),
            )
            for row in rows
        ]
