"""When it should end: read from the customer's own words, as of when they were said (P4)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.declarations import Declaration
from bot.domain.errors import TooFarAheadError
from bot.domain.subscriptions import Subscription
from bot.domain.wished_end import NEXT_POSSIBLE, UNCLEAR_END, WishedEnd
from bot.services import declarations, operations
from bot.services.turn import Turn


def read(turn: Turn, declaration: Declaration) -> WishedEnd | None:
    """What a declaration says about when."""
    return turn.deps.dates.read(
        declaration.words,
        at=declaration.declared_at,
        language=turn.conversation.locale,
        zone=turn.deps.zone,
    )


def said_now(turn: Turn) -> WishedEnd | None:
    """What this very message says about when; a press says nothing."""
    if turn.press is not None:
        return None
    return turn.deps.dates.read(
        turn.masked,
        at=turn.entry.said_at or turn.entry.arrived_at,
        language=turn.conversation.locale,
        zone=turn.deps.zone,
    )


def of(turn: Turn, declaration: Declaration, subscriptions: Sequence[Subscription]) -> WishedEnd:
    """When `subscriptions` are to end: the latest words that name a time count, as with a plan's name.

    Where nobody named one, as soon as they can. A time nobody arranges that far ahead is unclear, and so is
    one of several times where several plans are to end: which is whose?
    """
    made = [item for item in declarations.all_waiting(turn) if item.declared_at >= declaration.declared_at]
    if declaration.id not in {item.id for item in made}:
        made.append(declaration)
    newest_first = sorted(made, key=lambda item: item.declared_at, reverse=True)
    readings = (said_now(turn), *(read(turn, item) for item in newest_first))
    wish = next((reading for reading in readings if reading is not None), NEXT_POSSIBLE)
    if len(subscriptions) > 1 and not wish.alone:
        return UNCLEAR_END
    try:
        for item in subscriptions:
            operations.quote(turn, item, declaration, wish.days)
    except TooFarAheadError:
        return UNCLEAR_END
    return wish
