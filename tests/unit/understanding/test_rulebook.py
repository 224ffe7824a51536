from pathlib import Path

import pytest
import yaml

from bot.understanding.request import AWAITING
from bot.understanding.rulebook import load

ROOT = Path(__file__).resolve().parents[3]
BOOK = load(ROOT / "data" / "rules")


def test_the_rule_of_a_turn_is_found() -> None:
    """The condition decides between two rules for the same intent."""
    assert BOOK.find("cancel", None, "action_cancel") == "cancel"
    assert BOOK.find("cancel", "email", "action_cancel") == "cancel"
    assert BOOK.find("nlu_fallback", "email", "action_give_email") == "anything unclear while awaiting email"
    assert BOOK.find("nlu_fallback", None, "action_give_email") is None
    assert BOOK.find("cancel", None, "action_clarify") is None


def test_the_action_of_an_intent_is_found() -> None:
    """What is awaited counts where a rule says so, and nothing is made up for what no rule names."""
    assert BOOK.action("cancel", None) == "action_cancel"
    assert BOOK.action("nlu_fallback", None) == "action_clarify"
    assert BOOK.action("nlu_fallback", "email") == "action_give_email"
    assert BOOK.action("no such intent", None) is None


def test_every_intent_has_one_rule_for_each_state() -> None:
    """Nothing a customer says is without an answer, and no two rules compete."""
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    for intent in domain["intents"]:
        for awaiting in (None, *AWAITING):
            fitting = [
                rule for rule in BOOK.rules if rule.intent == intent and rule.awaiting in (None, awaiting)
            ]
            special = [rule for rule in fitting if rule.awaiting]
            assert len(special) <= 1, (intent, awaiting)
            assert len(fitting) - len(special) == 1, (intent, awaiting)


def test_a_rule_with_two_actions_is_refused(tmp_path: Path) -> None:
    """A turn is one action, so that repeating it is safe; the file and the rule are named."""
    content = "rules:\n- rule: greedy\n  steps:\n  - intent: a\n  - action: action_b\n  - action: action_c\n"
    (tmp_path / "greedy.yml").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"greedy\.yml.*greedy"):
        load(tmp_path)
