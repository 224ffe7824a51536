"""Which rule fired: Rasa says what it did, not by which rule, so the name is looked up in data/rules/."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped, unused-ignore]  # stubs are in the app's environment only


@dataclass(frozen=True)
class Rule:
    """One rule: at `intent`, while `awaiting` (None: whatever is awaited), do `action`."""

    name: str
    intent: str
    awaiting: str | None
    action: str


@dataclass(frozen=True)
class RuleBook:
    """All rules, found by what a turn was."""

    rules: tuple[Rule, ...]

    def find(self, intent: str, awaiting: str | None, action: str) -> str | None:
        """Return the name of the rule for a turn, the one with a condition first; None if no rule says so."""
        fitting = [
            rule
            for rule in self.rules
            if rule.intent == intent and rule.action == action and rule.awaiting in (None, awaiting)
        ]
        fitting.sort(key=lambda rule: rule.awaiting is None)
        return fitting[0].name if fitting else None

    def action(self, intent: str, awaiting: str | None) -> str | None:
        """Return what the rules do at an intent, the rule with a condition first; None where none says so."""
        fitting = [rule for rule in self.rules if rule.intent == intent and rule.awaiting in (None, awaiting)]
        fitting.sort(key=lambda rule: rule.awaiting is None)
        return fitting[0].action if fitting else None


def _rule(entry: Mapping[str, Any], source: Path) -> Rule:
    intents = [step["intent"] for step in entry["steps"] if "intent" in step]
    actions = [step["action"] for step in entry["steps"] if "action" in step]
    if len(intents) != 1 or len(actions) != 1:
        raise ValueError(f"{source.name}: rule {entry['rule']!r} must have one intent and one action")
    awaiting = None
    for condition in entry.get("condition", []):
        for slot in condition.get("slot_was_set", []):
            awaiting = slot.get("awaiting", awaiting)
    return Rule(name=entry["rule"], intent=intents[0], awaiting=awaiting, action=actions[0])


def load(folder: Path) -> RuleBook:
    """Read every *.yml of a folder. Raises ValueError where a rule is not one intent and one action."""
    rules: list[Rule] = []
    for path in sorted(folder.glob("*.yml")):
        document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        rules += [_rule(entry, path) for entry in document.get("rules", [])]
    return RuleBook(tuple(rules))
