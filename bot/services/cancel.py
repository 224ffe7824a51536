"""Cancelling: one message for one subscription, two for several, none asked before (P1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.choices import choose_by_position, named_to_end
from bot.domain.conversations import Awaiting, Press, Reply
from bot.domain.declarations import Declaration, DeclarationState
from bot.domain.subscriptions import Subscription
from bot.domain.text import normalise
from bot.domain.wished_end import Days, EndKind
from bot.services import (
    billing_away,
    cancel_replies,
    declarations,
    exit_interview,
    operations,
    presses,
    shadow,
    verification,
    wishes,
)
from bot.services.naming import answered
from bot.services.turn import Turn


def handle(turn: Turn) -> Sequence[Reply]:
    """Answers "I want to cancel", said or pressed."""
    held = declarations.of_message(turn)
    exit_interview.close(turn)
    if held is not None and held.holds(turn.now):
        return offer(turn, declarations.waiting(turn) or held)
    if turn.press is not None and (turn.press.declaration_id or turn.press.subscription_ref):
        return pressed(turn, turn.press)
    if turn.customer is None:
        return verification.begin(turn)
    return proceed(turn, declarations.declare(turn))


def choice_made(turn: Turn) -> Sequence[Reply]:
    """Answers what is written while "Which one should end?" is open; else it is not understood."""
    declaration = declarations.current(turn)
    if turn.conversation.awaiting is not Awaiting.CHOICE or declaration is None:
        return []
    return billing_away.unless(turn, lambda: declaration, lambda: _choose(turn, declaration))


def _choose(turn: Turn, declaration: Declaration) -> Sequence[Reply]:
    subscriptions = operations.cancellable(turn)
    picked = answered(turn.masked, operations.held(turn))
    meant = picked.subscriptions or choose_by_position(turn.masked, subscriptions).subscriptions
    wanted = [item for item in meant if item.cancellable]
    if wanted and _just_asked(turn, declaration):
        return carry_out(turn, declaration, wanted)
    if not subscriptions:
        return _already(turn, declaration, meant)
    if meant and not wanted:
        earlier = cancel_replies.nothing_left(turn, declaration, meant)
        return [*earlier, *_ask_which(turn, declaration, subscriptions, "cancel_which")]
    if not wanted:
        if turn.conversation.clarified:
            return []
        turn.count_clarification()
    return _ask_which(turn, declaration, subscriptions, "cancel_which_again")


def _just_asked(turn: Turn, declaration: Declaration) -> bool:
    """Whether the question was the bot's last word: a plan's name after anything else may be about that."""
    return any(
        press.subscription_ref is not None and press.declaration_id == declaration.id
        for press in turn.offered()
    )


def proceed(turn: Turn, declaration: Declaration) -> Sequence[Reply]:
    """Carries a verified customer's declaration out, or asks the one thing that is missing: which one."""
    return billing_away.unless(turn, lambda: declaration, lambda: _proceed(turn, declaration))


def _proceed(turn: Turn, declaration: Declaration) -> Sequence[Reply]:
    held = operations.held(turn)
    subscriptions = [item for item in held if item.cancellable]
    declaration, picked = declarations.meant(turn, declaration, held)
    wanted = [item for item in picked.subscriptions if item.cancellable]
    if not subscriptions or (picked.subscriptions and not wanted):
        return _already(turn, declaration, picked.subscriptions or held)
    if wanted:
        return carry_out(turn, declaration, wanted)
    not_held = _names_another(turn, declaration, held)
    if not_held is not None:
        return _ask_which(turn, declaration, subscriptions, "cancel_not_held", {"plan": not_held})
    if len(subscriptions) == 1 and not picked.unclear:
        return carry_out(turn, declaration, subscriptions)
    return _ask_which(turn, declaration, subscriptions, "cancel_which")


def _names_another(turn: Turn, declaration: Declaration, held: Sequence[Subscription]) -> str | None:
    """A plan of the company's that was named and that this customer does not have: no other ends for it."""
    theirs = {item.plan.name.casefold() for item in held}
    others = [plan.name for plan in turn.billing.plans() if plan.name.casefold() not in theirs]
    return named_to_end(normalise(declaration.words), others)


def carry_out(turn: Turn, declaration: Declaration, subscriptions: Sequence[Subscription]) -> Sequence[Reply]:
    """Cancels at once what can be undone; asks one press for each that cannot (P1).

    Where a day was named that nobody can place, nothing is done, and the day is asked for.
    """
    wish = wishes.of(turn, declaration, subscriptions)
    if wish.kind is EndKind.UNCLEAR:
        return _ask_day(turn, declaration, subscriptions)
    sure = [item for item in subscriptions if operations.quote(turn, item, declaration, wish.days).undoable]
    final = [item for item in subscriptions if item not in sure]
    if sure and shadow.asks(turn):
        return shadow.instead_of_cancelling(turn, declaration, sure)
    if not final:
        return _carry_out_now(turn, declaration, sure, wish.days)
    done = [operations.cancel(turn, item, declaration, wish.days) for item in sure]
    turn.settle()
    offered = declarations.move(turn, declaration, DeclarationState.OFFERED)
    turn.wait_for(Awaiting.OFFER if len(final) == 1 else None, offered.id)
    return [
        *(cancel_replies.confirmation(turn, item) for item in done if item is not None),
        *(cancel_replies.last_press(turn, offered, item) for item in final),
    ]


def day_said(turn: Turn) -> Sequence[Reply]:
    """Answers a time, and nothing else, that is written right after [Cancel now] was shown for a plan."""
    declaration, wish = declarations.current(turn), wishes.said_now(turn)
    if turn.customer is None or declaration is None or wish is None or not wish.only:
        return []
    shown = {item.subscription_ref for item in turn.offered() if item.declaration_id == declaration.id}
    wanted = [item for item in operations.cancellable(turn) if item.ref in shown]
    return carry_out(turn, declaration, wanted) if wanted else []


def offer(turn: Turn, declaration: Declaration) -> Sequence[Reply]:
    """Offers to carry out an earlier declaration with its own time; never automatic (P4, P10)."""
    offered = declarations.move(turn, declaration, DeclarationState.OFFERED)
    turn.wait_for(Awaiting.OFFER, offered.id)
    return [cancel_replies.offer(offered)]


def pressed(turn: Turn, press: Press) -> Sequence[Reply]:
    """Answers the press of [Cancel now], of a plan or of [All of them]; "yes" to an offer is the same."""
    if turn.customer is None:
        return verification.begin(turn)
    declaration = presses.declaration_of(turn, press)
    still_open = declaration if declaration and declaration.holds(turn.now) else None
    if press.subscription_ref is None and not press.everything:
        return proceed(turn, still_open or declarations.declare(turn))
    return billing_away.unless(
        turn,
        lambda: still_open or declarations.declare(turn),
        lambda: _press_on(turn, press, declaration, still_open),
    )


def _press_on(
    turn: Turn, press: Press, declaration: Declaration | None, still_open: Declaration | None
) -> Sequence[Reply]:
    held = operations.held(turn)
    chosen = [item for item in held if press.everything or item.ref == press.subscription_ref]
    wanted = [item for item in chosen if item.cancellable]
    if not chosen or presses.of_another(turn, press) or (wanted and not presses.current(turn, press)):
        return _out_of_date(turn, still_open or declarations.declare(turn), held)
    # What can't be undone needs the press itself: a typed "yes" only shows the button again (P1). With its
    # terms told, a press ends it as soon as it can end, whatever day was spoken of before.
    told = press.name == "cancel_now" and declaration is not None and turn.press is not None
    meant = declaration or declarations.declare(turn)
    if not wanted:
        return _already(turn, meant, chosen)
    return _carry_out_now(turn, meant, wanted) if told else carry_out(turn, meant, wanted)


def _out_of_date(turn: Turn, declaration: Declaration, held: Sequence[Subscription]) -> Sequence[Reply]:
    """Something was done since the button was shown: it does nothing, and new ones are shown."""
    subscriptions = [item for item in held if item.cancellable]
    if not subscriptions:
        return _already(turn, declaration, held)
    return _ask_which(turn, declaration, subscriptions, "cancel_which_now")


def _carry_out_now(
    turn: Turn,
    declaration: Declaration,
    subscriptions: Sequence[Subscription],
    wanted: Days | None = None,
) -> Sequence[Reply]:
    """Nothing is left to ask; what else was said on the way here asks for nothing more either."""
    done = [operations.cancel(turn, item, declaration, wanted) for item in subscriptions]
    turn.settle()
    declarations.move(turn, declaration, DeclarationState.CARRIED_OUT)
    declarations.drop_all(turn)
    if turn.awaits:
        turn.asks_why = declaration.id
        return []
    confirmations = [cancel_replies.confirmation(turn, item) for item in done if item is not None]
    return [*confirmations, *exit_interview.ask(turn, declaration)]


def _already(turn: Turn, declaration: Declaration, named: Sequence[Subscription]) -> Sequence[Reply]:
    if declaration.holds(turn.now):
        declarations.move(turn, declaration, DeclarationState.DROPPED)
    declarations.drop_all(turn)
    turn.wait_for(None)
    return cancel_replies.nothing_left(turn, declaration, named)


def _ask_day(turn: Turn, declaration: Declaration, subscriptions: Sequence[Subscription]) -> Sequence[Reply]:
    """Asks which day was meant; the declaration keeps its time, and [Cancel now] is there as ever."""
    offered = declarations.move(turn, declaration, DeclarationState.OFFERED)
    turn.wait_for(Awaiting.OFFER, offered.id)
    turn.count_clarification()
    return cancel_replies.which_day(turn, offered, subscriptions)


def _ask_which(
    turn: Turn,
    declaration: Declaration,
    subscriptions: Sequence[Subscription],
    message: str,
    values: Mapping[str, object] | None = None,
) -> Sequence[Reply]:
    asked = declarations.move(turn, declaration, DeclarationState.WAITING)
    turn.wait_for(Awaiting.CHOICE, asked.id)
    return cancel_replies.which(turn, asked, subscriptions, message, values)
