"""The buttons several use cases show: what each means when it is pressed."""

from __future__ import annotations

from bot.domain.conversations import ButtonSpec, Press
from bot.domain.declarations import Declaration
from bot.domain.subscriptions import Subscription
from bot.services import operations
from bot.services.turn import Turn


def person() -> ButtonSpec:
    """[Talk to a person]."""
    return ButtonSpec(Press(name="talk_to_human", intent="talk_to_human"), "button_person")


def share_contact() -> ButtonSpec:
    """[Share my phone number]: no press, but what makes the platform send the number."""
    return ButtonSpec(Press(name="share_contact", intent="nlu_fallback"), "button_share_contact")


def open_private() -> ButtonSpec:
    """[Open a private chat], which the channel turns into an address."""
    return ButtonSpec(Press(name="open_private", intent="nlu_fallback"), "button_open_private")


def cancel_now() -> ButtonSpec:
    """[Cancel now], which is the same as saying so."""
    return ButtonSpec(Press(name="cancel_now", intent="cancel"), "button_cancel_now")


def cancel_this(
    turn: Turn, subscription: Subscription, declaration: Declaration | None = None, *, named: bool = False
) -> ButtonSpec:
    """[Cancel now] beside one plan, good for that plan in its generation only; `named` beside others."""
    press = Press(
        name="cancel_now",
        intent="cancel",
        declaration_id=declaration.id if declaration else None,
        subscription_ref=subscription.ref,
        generation=operations.generation_of(turn, subscription),
    )
    title = "button_cancel_now_plan" if named else "button_cancel_now"
    return ButtonSpec(press, title, {"plan": subscription.plan.name})


def cancel_plan(
    turn: Turn, subscription: Subscription, declaration: Declaration, title: str, place: int
) -> ButtonSpec:
    """[Pro plan], an answer to "Which one should end?".

    `title` tells it from another of the same name: by its first day, or by its `place` among those shown.
    """
    press = Press(
        name=f"cancel:{subscription.plan.ref}",
        intent="cancel",
        declaration_id=declaration.id,
        subscription_ref=subscription.ref,
        generation=operations.generation_of(turn, subscription),
    )
    values = {"plan": subscription.plan.name, "since": subscription.anchor, "place": str(place)}
    return ButtonSpec(press, title, values)


def cancel_all(turn: Turn, declaration: Declaration) -> ButtonSpec:
    """[All of them], good until anything is done about any of them."""
    press = Press(
        name="cancel_all",
        intent="cancel",
        declaration_id=declaration.id,
        generation=operations.generation_of_all(turn),
        everything=True,
    )
    return ButtonSpec(press, "button_all")


def keep(declaration: Declaration) -> ButtonSpec:
    """[Keep it], which leaves everything as it is."""
    press = Press(name="keep", intent="deny", declaration_id=declaration.id)
    return ButtonSpec(press, "button_keep")


def undo(turn: Turn, subscription: Subscription, *, named: bool = False) -> ButtonSpec:
    """[Undo] for the cancellation that stands; `named` where several stand side by side."""
    latest = turn.work.operations.latest(subscription.ref)
    press = Press(
        name="undo",
        intent="undo_cancel",
        subscription_ref=subscription.ref,
        generation=latest.generation if latest else None,
    )
    title = "button_undo_plan" if named else "button_undo"
    return ButtonSpec(press, title, {"plan": subscription.plan.name})


def pause(
    turn: Turn, subscription: Subscription, declaration: Declaration, title: str = "button_plan"
) -> ButtonSpec:
    """[Pro plan], an answer to "Which one should be paused?"; or [Pause], for as long as it can."""
    name = f"pause:{subscription.plan.ref}"
    return _for_plan(turn, subscription, declaration, name, "pause", title)


def go_on(turn: Turn, subscription: Subscription) -> ButtonSpec:
    """[Resume] for the pause that stands."""
    latest = turn.work.operations.latest(subscription.ref)
    press = Press(
        name="resume",
        intent="undo_cancel",
        subscription_ref=subscription.ref,
        generation=latest.generation if latest else None,
    )
    return ButtonSpec(press, "button_go_on")


def withdraw(
    turn: Turn, subscription: Subscription, declaration: Declaration, *, named: bool = False
) -> ButtonSpec:
    """[Withdraw now] beside one plan, good for it in its generation only; `named` beside others."""
    title = "button_withdraw_plan" if named else "button_withdraw"
    return _for_plan(turn, subscription, declaration, "withdraw_now", "withdraw", title)


def _for_plan(
    turn: Turn, subscription: Subscription, declaration: Declaration, name: str, intent: str, title: str
) -> ButtonSpec:
    press = Press(
        name=name,
        intent=intent,
        declaration_id=declaration.id,
        subscription_ref=subscription.ref,
        generation=operations.generation_of(turn, subscription),
    )
    return ButtonSpec(press, title, {"plan": subscription.plan.name})
