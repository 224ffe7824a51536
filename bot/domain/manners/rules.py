"""Judging the rules of the dialogue: what a customer asks for is done first; questions come after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.domain.manners.findings import Finding, Rule

#: What a customer asks for and gets at once, by the action of its name; `deny` and `affirm` answer something.
DONE_AT_ONCE = frozenset({
    "cancel", "undo_cancel", "pause", "withdraw", "unsubscribe", "decline", "deny", "talk_to_human", "choose",
    "log_out", "extraordinary_termination",
})  # fmt: skip
#: Tells the truth about what has no feature yet, and calls a person; and what calls one straight away.
_HONEST = frozenset({"action_not_here_yet", "action_talk_to_human"})
#: Of the customer's messages: one for one plan, two for several (P1).
MOST_TURNS = 2


@dataclass(frozen=True, slots=True)
class Flow:
    """A rule or story: where it stands, and its steps in order as (`intent` or `action` or other, name)."""

    where: str
    steps: tuple[tuple[str, str], ...]


def judge_rules(flows: Iterable[Flow]) -> Sequence[Finding]:
    """Rules that ask, offer or wait where they should act."""
    return [finding for flow in flows for finding in _judged(flow)]


def _judged(flow: Flow) -> Iterator[Finding]:
    asked = next(
        (place for place, step in enumerate(flow.steps) if step[0] == "intent" and step[1] in DONE_AT_ONCE),
        None,
    )
    if asked is None:
        return
    intent = flow.steps[asked][1]
    acting = {f"action_{intent}", *_HONEST}
    after = flow.steps[asked + 1 :]
    done = next(
        (place for place, step in enumerate(after) if step[0] == "action" and step[1] in acting), None
    )
    before = after[: len(after) if done is None else done]
    for kind, name in before:
        if kind == "action" and name != "action_listen":
            yield Finding(
                flow.where, Rule.QUESTION_BEFORE, f"{intent}: {name} comes before {_expected(done, intent)}"
            )
        elif kind not in {"action", "intent"}:
            yield Finding(
                flow.where, Rule.FORCED_ACTION, f"{intent}: {kind} {name} is begun before it is done"
            )
    turns = 1 + sum(kind == "intent" for kind, _ in before)
    if turns > MOST_TURNS:
        yield Finding(flow.where, Rule.TOO_MANY_TURNS, f"{intent}: {turns} messages until it is done")
    if done is None and not before:
        yield Finding(flow.where, Rule.FORCED_ACTION, f"{intent}: nothing is done")


def _expected(done: int | None, intent: str) -> str:
    return f"action_{intent}" if done is not None else f"action_{intent}, which never comes"
