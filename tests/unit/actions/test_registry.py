"""What an intent does where it is known without Rasa is what Rasa's rules would have it do."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from actions import registry
from tests.unit.services.world import World

RULES = Path(__file__).parents[3] / "data" / "rules"
HANDLERS = registry.handlers(World().deps)


def _rules() -> dict[str, str]:
    """The action of each intent that is answered the same whatever is awaited."""
    groups = [yaml.safe_load(path.read_text(encoding="utf-8"))["rules"] for path in RULES.glob("*.yml")]
    plain = [rule["steps"] for group in groups for rule in group if "condition" not in rule]
    return {steps[0]["intent"]: steps[1].get("action", "") for steps in plain if "intent" in steps[0]}


FIELDS = ("cancel", "give_email", "give_code", "talk_to_human")
BUTTONS = ("undo_cancel", "deny", "give_reason", "decline", "switch_language")


@pytest.mark.parametrize("intent", [*FIELDS, *BUTTONS])
def test_what_forms_say_is_answered_alone(intent: str) -> None:
    """Nothing of it needs Rasa: neither fields nor buttons."""
    assert intent in HANDLERS


def test_the_same_as_by_rule() -> None:
    """An intent with an action of its own name has the rule that says so."""
    rules = _rules()
    shared = set(HANDLERS) & set(rules)
    assert len(shared) > 15
    assert {intent: rules[intent] for intent in shared} == {intent: f"action_{intent}" for intent in shared}
