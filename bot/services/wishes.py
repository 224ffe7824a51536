"""When it should end: read from the customer's own words, as of when they were said (P4)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.declarations import Declaration, DeclarationState
from bot.domain.errors import TooFarAheadError
from bot.domain.subscriptions import Subscription
from bot.domain.wished_end import NEXT_POSSIBLE, UNCLEAR_END, EndKind, WishedEnd
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

    Where nobody named one, as soon as they can. What was unclear, was asked about, and is not said again when
    the wish is repeated, is no wish any more.
    """
    now = said_now(turn)
    if now is not None:
        return _placed(turn, declaration, subscriptions, now)
    made = [item for item in declarations.all_waiting(turn) if item.declared_at >= declaration.declared_at]
    if declaration.id not in {item.id for item in made}:
        made.append(declaration)
    newest_first = sorted(made, key=lambda item: item.declared_at, reverse=True)
    for item in newest_first:
        reading = read(turn, item)
        if reading is None:
            continue
        wish = _placed(turn, declaration, subscriptions, reading)
        # However often it was said: once it has been asked about, it need not be asked about again.
        asked = item is not newest_first[0] and any(one.state is DeclarationState.OFFERED for one in made)
        if wish.kind is not EndKind.UNCLEAR or not asked:
            return wish
    return NEXT_POSSIBLE


def _placed(
    turn: Turn, declaration: Declaration, subscriptions: Sequence[Subscription], wish: WishedEnd
) -> WishedEnd:
    """What was read; unclear where it is too far ahead, or one of several times for several plans."""
    if len(subscriptions) > 1 and not wish.alone:
        return UNCLEAR_END
    try:
        for item in subscriptions:
            operations.quote(turn, item, declaration, wish.days)
    except TooFarAheadError:
        return UNCLEAR_END
    return wish
