"""A declaration: the customer's own words that they want to leave, with the time they said it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.cancellations import OperationKind

#: An unverified declaration holds this long; then it is carried out no more (P4). So does any other that no
#: number was told for.
HOLDS_FOR = timedelta(days=7)
#: As many declarations of one conversation as anybody needs to look at: the newest.
DECLARATIONS_SHOWN = 20


class DeclarationState(StrEnum):
    """Where a declaration stands."""

    WAITING = "waiting"  # for verification, or for which subscription is meant
    OFFERED = "offered"  # may be carried out, by the customer's press of [Cancel now] only
    CARRIED_OUT = "carried_out"
    DROPPED = "dropped"  # taken back by the customer, or there was nothing to cancel


@dataclass(frozen=True, slots=True)
class Declaration:
    """What was declared, word for word, and when. Times are UTC.

    `said_at` is the platform's signed time, where it gives one; `arrived_at` is ours. Never a client's clock.
    `words` have codes and card numbers masked; which plans they mean is read from them later. `number` is
    what people quote while it can't be carried out yet. `kind` is what was declared: that it should end, or
    that the right to withdraw is used, or a pause.
    """

    id: str
    conversation_id: str
    inbox_id: str
    words: str
    arrived_at: datetime
    said_at: datetime | None = None
    state: DeclarationState = DeclarationState.WAITING
    customer_ref: str | None = None
    number: str | None = None
    kind: OperationKind = OperationKind.CANCEL

    @property
    def declared_at(self) -> datetime:
        """When it counts from: the platform's signed time, else our arrival time."""
        return self.said_at or self.arrived_at

    def waits_for_staff(self, now: datetime) -> bool:
        """Whether it is a cancellation that staff may carry out by one click (P10)."""
        return self.kind is OperationKind.CANCEL and self.holds(now)

    def holds(self, now: datetime) -> bool:
        """Whether it can still be carried out."""
        return self.state in {DeclarationState.WAITING, DeclarationState.OFFERED} and (
            self._promised or now < self.declared_at + HOLDS_FOR
        )

    @property
    def _promised(self) -> bool:
        """Whether a customer who had proved it to be theirs was told its number: that it counts and is done.

        However long the billing system stays away, that has to be kept (P9).
        """
        return self.customer_ref is not None and self.number is not None
