"""The way back: what has not ended goes on, what has is said to have ended, with where to sign up again."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.choices import mentioned
from bot.domain.conversations import Awaiting, Reply
from bot.domain.periods import last_moment
from bot.domain.subscriptions import Status, Subscription
from bot.domain.text import normalise
from bot.services import buttons, declarations, exit_interview, operations, pause, status, undo, verification
from bot.services.turn import Turn

#: What a proof of identity is asked for by it.
PURPOSE = "come_back"


def handle(turn: Turn) -> Sequence[Reply]:
    """Answers "I want to come back".

    Where a cancellation can be taken back, that is what is done, as by "undo": a wish to cancel that still
    waits counts as one. A pause ends.
    """
    if turn.customer is None:
        if declarations.waiting(turn) is not None:
            return undo.handle(turn)
        exit_interview.other_subject(turn)
        # Whose plan has ended needs no proof to sign up, so that is said first.
        link = turn.deps.sign_up_url
        said = [Reply("come_back_unverified", {"link": link})] if link else []
        return [*said, *verification.ask(turn, PURPOSE)]
    meant = _meant(turn)
    if declarations.current(turn) is not None or any(item.status is Status.CANCELLING for item in meant):
        return undo.handle(turn)
    exit_interview.other_subject(turn)
    paused = [item for item in meant if item.status is Status.PAUSED]
    return pause.go_on(turn, paused[0]) if len(paused) == 1 else _standing(turn, meant)


def known_now(turn: Turn) -> Sequence[Reply]:
    """Goes on once it is known who asks; by a press, since a receipt could quote nothing but their code."""
    if operations.undoable(turn):
        return status.overview(turn)
    return _standing(turn, operations.held(turn))


def _meant(turn: Turn) -> Sequence[Subscription]:
    """The plans that are named, else all."""
    held = operations.held(turn)
    named = mentioned(normalise(turn.masked), held)
    return named.subscriptions if named.subscriptions and not named.everything else held


def _standing(turn: Turn, meant: Sequence[Subscription]) -> Sequence[Reply]:
    """What runs already, and what has ended; what was there long ago is not brought up beside what runs."""
    running = [item for item in meant if item.cancellable]
    ended = [item for item in meant if item.status is Status.ENDED]
    said = [_running(turn, item) for item in running]
    if ended:
        return [*said, _ended(turn, ended)]
    return said or [_none(turn)]


def _running(turn: Turn, item: Subscription) -> Reply:
    values = {"plan": item.plan.name}
    if item.status is Status.PAUSED:
        return Reply("come_back_paused", values, buttons=(buttons.go_on(turn, item),))
    return Reply("come_back_running", values)


def _ended(turn: Turn, ended: Sequence[Subscription]) -> Reply:
    """The one that ended last, or all that are named."""
    last = max(ended, key=lambda item: item.ends_at or item.period.end)
    values = {"plan": last.plan.name, "end": last_moment(last.ends_at or last.period.end)}
    return _with_a_way(turn, ("come_back_ended", "come_back_ended_person"), values)


def _none(turn: Turn) -> Reply:
    return _with_a_way(turn, ("come_back_none", "come_back_none_person"), {})


def _with_a_way(turn: Turn, messages: tuple[str, str], values: dict[str, object]) -> Reply:
    """The first of two messages with where to sign up; the second with a person, where that is not known."""
    with_link, without = messages
    if turn.deps.sign_up_url:
        return Reply(with_link, {**values, "link": turn.deps.sign_up_url})
    turn.wait_for(Awaiting.OFFER)
    return Reply(without, values, buttons=(buttons.person(),))
