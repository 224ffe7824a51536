"""Cancelling: one message for one subscription, two for several, none asked before (P1)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.choices import Choice, choose
from bot.domain.conversations import Awaiting, ButtonSpec, Press, Reply, ReplyKind
from bot.domain.declarations import Declaration, DeclarationState
from bot.domain.subscriptions import Subscription
from bot.domain.text import normalise
from bot.services import declarations, exit_interview, operations, receipts, verification
from bot.services.operations import Done
from bot.services.turn import Turn


def handle(turn: Turn) -> Sequence[Reply]:
    """Answers "I want to cancel", said or pressed."""
    held = declarations.of_message(turn)
    exit_interview.close(turn)
    if held is not None and held.holds(turn.now):
        return offer(turn, held)
    if turn.press is not None and turn.press.declaration_id is not None:
        return _pressed(turn, turn.press)
    if turn.customer is None:
        return verification.begin(turn)
    return proceed(turn, declarations.declare(turn))


def choice_made(turn: Turn) -> Sequence[Reply]:
    """Answers what is written while the question "Which one should end?" is open; else it is not understood."""
    declaration = declarations.current(turn)
    if turn.conversation.awaiting is not Awaiting.CHOICE or declaration is None or turn.customer is None:
        return []
    subscriptions = _open(turn)
    picked = choose(turn.masked, subscriptions)
    if picked.subscriptions:
        return carry_out(turn, declaration, picked.subscriptions)
    if turn.conversation.clarified:
        return []
    turn.count_clarification()
    return _ask_which(turn, declaration, subscriptions, message="cancel_which_again")


def proceed(turn: Turn, declaration: Declaration) -> Sequence[Reply]:
    """Carries a verified customer's declaration out, or asks the one thing that is missing: which one."""
    assert turn.customer is not None  # noqa: S101 - callers have checked; this tells the type checker
    held = turn.provider.subscriptions(turn.customer.ref)
    subscriptions = [item for item in held if item.cancellable]
    picked = _picked(turn, declaration, held)
    wanted = [item for item in picked.subscriptions if item.cancellable]
    if not subscriptions or (picked.subscriptions and not wanted):
        return _already(turn, declaration, picked.subscriptions or held)
    if wanted:
        return carry_out(turn, declaration, wanted)
    if len(subscriptions) == 1 and not picked.unclear:
        return carry_out(turn, declaration, subscriptions)
    return _ask_which(turn, declaration, subscriptions, message="cancel_which")


def carry_out(turn: Turn, declaration: Declaration, subscriptions: Sequence[Subscription]) -> Sequence[Reply]:
    """Cancels at once what can be undone; asks one press for each that cannot (P1)."""
    sure = [item for item in subscriptions if operations.quote(turn, item, declaration).undoable]
    final = [item for item in subscriptions if item not in sure]
    done = [operations.cancel(turn, item, declaration) for item in sure]
    replies = [_confirmation(turn, item) for item in done]
    turn.settle()
    if final:
        turn.wait_for(Awaiting.OFFER if len(final) == 1 else None, declaration.id)
        return [*replies, *(_ask_press(turn, declaration, item) for item in final)]
    _close(turn, declaration)
    return [*replies, *exit_interview.ask(turn, declaration)]


def offer(turn: Turn, declaration: Declaration) -> Sequence[Reply]:
    """Offers to carry out an earlier declaration with its own time; never automatic (P4, P10)."""
    offered = declarations.move(turn, declaration, DeclarationState.OFFERED)
    turn.wait_for(Awaiting.OFFER, offered.id)
    return [offer_reply(offered)]


def offer_reply(declaration: Declaration) -> Reply:
    """[Cancel now], with the time it counts from."""
    press = Press(name="cancel_now", intent="cancel", declaration_id=declaration.id)
    return Reply(
        "cancel_offer",
        {"declared_at": declaration.declared_at},
        ReplyKind.CHOICE,
        (ButtonSpec(press, "button_cancel_now"), ButtonSpec(keep(declaration), "button_keep")),
    )


def say_yes(turn: Turn, declaration: Declaration) -> Sequence[Reply]:
    """ "Yes" to an offer is the press it asked for, also for plans whose end can't be undone."""
    assert turn.customer is not None  # noqa: S101 - callers have checked; this tells the type checker
    subscriptions = _open(turn)
    picked = _picked(turn, declaration, subscriptions)
    if picked.subscriptions or len(subscriptions) == 1:
        return _carry_out_finally(turn, declaration, picked.subscriptions or subscriptions)
    return proceed(turn, declaration)


def keep(declaration: Declaration) -> Press:
    """The press that leaves everything as it is."""
    return Press(name="keep", intent="deny", declaration_id=declaration.id)


def _pressed(turn: Turn, press: Press) -> Sequence[Reply]:
    if turn.customer is None:
        return verification.begin(turn)
    declaration = turn.work.declarations.get(press.declaration_id or "")
    if declaration is None or not declaration.holds(turn.now):
        return proceed(turn, declarations.declare(turn))
    if press.subscription_ref is None and not press.everything:
        return proceed(turn, declaration)
    return _pick(turn, press, declaration)


def _pick(turn: Turn, press: Press, declaration: Declaration) -> Sequence[Reply]:
    """A press on one plan, or on all of them: a token is good for its subscription in its generation only
    (P2).
    """
    assert turn.customer is not None  # noqa: S101 - callers have checked; this tells the type checker
    held = turn.provider.subscriptions(turn.customer.ref)
    chosen = [item for item in held if press.everything or item.ref == press.subscription_ref]
    live = [item for item in chosen if item.cancellable]
    if press.generation is not None:
        live = [item for item in live if operations.generation_of(turn, item) == press.generation]
    if not live:
        return _already(turn, declaration, chosen)
    if press.generation is not None and declaration.state is DeclarationState.OFFERED:
        return _carry_out_finally(turn, declaration, live)
    return carry_out(turn, declaration, live)


def _carry_out_finally(
    turn: Turn, declaration: Declaration, subscriptions: Sequence[Subscription]
) -> Sequence[Reply]:
    """The one press that an end without undo needs was given."""
    done = [operations.cancel(turn, item, declaration) for item in subscriptions]
    turn.settle()
    _close(turn, declaration)
    return [*(_confirmation(turn, item) for item in done), *exit_interview.ask(turn, declaration)]


def _close(turn: Turn, declaration: Declaration) -> None:
    """This declaration is carried out; what else was said on the way here asks for nothing more."""
    declarations.move(turn, declaration, DeclarationState.CARRIED_OUT)
    declarations.drop_all(turn)


def _picked(turn: Turn, declaration: Declaration, held: Sequence[Subscription]) -> Choice:
    """Which plans are meant: the latest words that name any win, while the first ones keep the time (P4)."""
    said = [item for item in declarations.all_waiting(turn) if item.id != declaration.id]
    for words in [*(item.words for item in said), declaration.words]:
        picked = choose(normalise(words), held)
        if picked.subscriptions or picked.unclear:
            return picked
    return Choice()


def _open(turn: Turn) -> list[Subscription]:
    customer_ref = turn.customer.ref if turn.customer else ""
    return [item for item in turn.provider.subscriptions(customer_ref) if item.cancellable]


def _confirmation(turn: Turn, done: Done) -> Reply:
    operation, plan = done.operation, done.subscription.plan
    undo = Press(
        name="undo",
        intent="undo_cancel",
        subscription_ref=operation.subscription_ref,
        generation=operation.generation,
    )
    ended = operation.effective_at is None or operation.effective_at <= turn.now
    message = "cancel_done_at_once" if ended else "cancel_done"
    if operation.refunded:
        message += "_refund"
    return Reply(
        message,
        {
            "plan": plan.name,
            "end": operation.effective_at or turn.now,
            "refund": operation.refunded,
            "number": done.receipt.number,
        },
        ReplyKind.RECEIPT,
        () if ended else (ButtonSpec(undo, "button_undo"),),
        receipts.summary(turn.deps, done.receipt),
    )


def _already(turn: Turn, declaration: Declaration, named: Sequence[Subscription]) -> Sequence[Reply]:
    """There is nothing left to cancel: says so, with the receipts there are; never an error."""
    declarations.move(turn, declaration, DeclarationState.DROPPED)
    turn.wait_for(None)
    standing = [done for item in named if (done := operations.standing(turn, item, declaration)) is not None]
    if standing and all(done.joined for done in standing):
        return [_confirmation(turn, done) for done in standing]
    if not standing:
        ended = [item for item in named if item.ends_at is not None]
        if ended:
            values = {"plan": ended[-1].plan.name, "end": ended[-1].ends_at}
            return [Reply("cancel_already_without_receipt", values)]
        return [Reply("cancel_nothing")]
    return [_earlier(turn, done) for done in standing[:3]]


def _earlier(turn: Turn, done: Done) -> Reply:
    end = done.operation.effective_at or done.receipt.effective_at
    ended = end <= turn.now
    undo = Press(
        name="undo",
        intent="undo_cancel",
        subscription_ref=done.operation.subscription_ref,
        generation=done.operation.generation,
    )
    return Reply(
        "cancel_already_ended" if ended else "cancel_already",
        {"plan": done.receipt.plan_name, "end": end, "number": done.receipt.number},
        ReplyKind.RECEIPT,
        () if ended else (ButtonSpec(undo, "button_undo"),),
        receipts.summary(turn.deps, done.receipt),
    )


def _ask_which(
    turn: Turn, declaration: Declaration, subscriptions: Sequence[Subscription], message: str
) -> Sequence[Reply]:
    declarations.move(turn, declaration, DeclarationState.WAITING)
    turn.wait_for(Awaiting.CHOICE, declaration.id)
    buttons = [
        ButtonSpec(
            Press(
                name=f"cancel:{item.plan.ref}",
                intent="cancel",
                declaration_id=declaration.id,
                subscription_ref=item.ref,
                generation=operations.generation_of(turn, item),
            ),
            "button_plan",
            {"plan": item.plan.name},
        )
        for item in subscriptions
    ]
    if len(subscriptions) > 1:
        everything = Press(name="cancel_all", intent="cancel", declaration_id=declaration.id, everything=True)
        buttons.append(ButtonSpec(everything, "button_all"))
    return [Reply(message, {}, ReplyKind.CHOICE, tuple(buttons))]


def _ask_press(turn: Turn, declaration: Declaration, subscription: Subscription) -> Reply:
    offered = declarations.move(turn, declaration, DeclarationState.OFFERED)
    terms = operations.quote(turn, subscription, declaration)
    press = Press(
        name="cancel_now",
        intent="cancel",
        declaration_id=offered.id,
        subscription_ref=subscription.ref,
        generation=operations.generation_of(turn, subscription),
    )
    return Reply(
        "cancel_final_refund" if terms.refunded else "cancel_final",
        {"plan": subscription.plan.name, "refund": terms.refunded},
        ReplyKind.CHOICE,
        (ButtonSpec(press, "button_cancel_now"), ButtonSpec(keep(offered), "button_keep")),
    )
