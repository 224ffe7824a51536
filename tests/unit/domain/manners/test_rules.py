from __future__ import annotations

from bot.domain.manners.findings import Rule
from bot.domain.manners.rules import Flow, judge_rules


def rules(*steps: tuple[str, str]) -> list[Rule]:
    """The rules that a flow of these steps breaks."""
    return [finding.rule for finding in judge_rules([Flow("x.yml: x", steps)])]


def test_acting_first_passes() -> None:
    """What is asked for is done; what comes after it, and other subjects, are free."""
    assert rules(("intent", "cancel"), ("action", "action_cancel")) == []
    assert rules(("intent", "cancel"), ("action", "action_cancel"), ("action", "utter_bye")) == []
    assert rules(("intent", "pause"), ("action", "action_not_here_yet")) == []
    assert rules(("intent", "greet"), ("action", "utter_greet")) == []


def test_asking_before_acting_is_found() -> None:
    """As "Are you sure?" before the cancellation, and an answer in words instead of it."""
    sure = ("action", "utter_are_you_sure")
    assert rules(("intent", "cancel"), sure, ("action", "action_cancel")) == [Rule.QUESTION_BEFORE]
    assert rules(("intent", "cancel"), sure) == [Rule.QUESTION_BEFORE]
    assert rules(("intent", "decline"), ("action", "action_give_reason")) == [Rule.QUESTION_BEFORE]


def test_more_messages_than_promised_are_found() -> None:
    """Two messages of the customer are the most."""
    steps = [("intent", "cancel"), ("intent", "affirm"), ("intent", "affirm"), ("action", "action_cancel")]
    assert rules(*steps) == [Rule.TOO_MANY_TURNS]


def test_a_form_before_it_is_done_is_found() -> None:
    """A survey must not be begun in between; and nothing at all is no answer."""
    assert rules(("intent", "cancel"), ("active_loop", "survey"), ("action", "action_cancel")) == [
        Rule.FORCED_ACTION
    ]
    assert rules(("intent", "cancel")) == [Rule.FORCED_ACTION]
