"""Every text that is used exists, every text that exists is used, and all of them keep the house's voice."""

from __future__ import annotations

import ast
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from bot.domain.cancellations import OperationKind
from bot.domain.conversations import Author
from bot.domain.exit_interview import Reason
from bot.domain.periods import Unit
from bot.domain.subscriptions import EndRule, Status
from bot.services import alerting
from tests.unit.services.script import BY_INTENT

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
FILES = sorted((ROOT / "data" / "responses").glob("*.yml"))
#: Names that code puts together: the pattern, and what can be put into it.
_MAILS = ("code", "no_account", "test", "follow_up")
_NOTES = ("finished", "gone", "elsewhere", "unclear", "many", "large", "busy")
_MAIL_PARTS = ("subject", "title", "text")
_SUBJECTS = ("distress", "lost_mailbox", "extraordinary_termination", "opened", "already_open")


def _messages() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for path in FILES:
        found |= yaml.safe_load(path.read_text(encoding="utf-8")).get("messages", {})
    return found


def _responses() -> Iterator[tuple[str, str]]:
    for path in FILES:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for name, variants in content.get("messages", {}).items():
            yield from ((name, text) for text in variants.values())
        for name, variants in content.get("responses", {}).items():
            yield from ((name, variant["text"]) for variant in variants)


MESSAGES = _messages()


def _literals(*folders: str) -> set[str]:
    """Every string in the code, and in templates every word."""
    found: set[str] = set()
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found |= {
                n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)
            }
        for path in (*(ROOT / folder).rglob("*.html"), *(ROOT / folder).rglob("*.j2")):
            found |= set(re.findall(r"[a-z_]+", path.read_text(encoding="utf-8")))
    return found


def _subjects_not_here_yet() -> set[str]:
    """The intents whose rule ends in the action that says "not here yet"."""
    rules = [
        yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]
        for path in (ROOT / "data/rules").glob("*.yml")
    ]
    steps = [rule["steps"] for group in rules for rule in group]
    return {
        step[0]["intent"]
        for step in steps
        if any(item.get("action") == "action_not_here_yet" for item in step)
    }


def _composed() -> set[str]:
    """Names that code puts together."""
    return {
        *(f"case_{subject}" for subject in _SUBJECTS),
        *(f"later_{subject}" for subject in _subjects_not_here_yet()),
        *(f"reason_{reason.value}" for reason in Reason),
        *(f"status_{status.value}" for status in Status),
        *(f"shop_{part}_{status.value}" for part in ("status", "state") for status in Status),
        *(f"shop_receipt_{kind}" for kind in OperationKind),
        *(f"shop_per_{unit.value}{several}" for unit in Unit for several in ("", "s")),
        *(f"status_{status}_{EndRule.AT_ONCE.value}" for status in ("active", "paused")),
        *(f"mail_{name}_{part}" for name in _MAILS for part in ("subject", "title", "text")),
        *(f"mail_receipt_{part}_{kind}" for part in ("subject", "text") for kind in OperationKind),
        *(f"mail_receipt_{part}_cancel_ended" for part in ("subject", "text")),
        "mail_receipt_text_pause_until",
        *(f"mail_declared_{part}_{kind}" for part in ("subject", "title") for kind in ("cancel", "withdraw")),
        *(f"receipt_{part}_{kind}" for part in ("title", "label_effective") for kind in OperationKind),
        *(f"button_plan{apart}" for apart in ("", "_since", "_number")),
        *(f"channel_{name}" for name in ("web", "telegram", "slack", "other")),
        *(f"leave_said_{author.value}" for author in Author),
        *(f"leave_note_{note}_{part}" for note in _NOTES for part in ("title", "text")),
        *(f"billing_{what}_{kind}" for what in ("late", "refused") for kind in OperationKind),
        *(f"billing_away_{kind}" for kind in ("cancel", "pause", "withdraw")),
        *(f"alert_about_{subject}" for subject in (*alerting._NAMED, "other")),
        *(
            f"alert_{what}_{part}"
            for what in ("opened", "waiting", "more", "held")
            for part in (*_MAIL_PARTS, "slack")
        ),
        *(f"alert_test_{part}" for part in _MAIL_PARTS),
        *(f"case_back_{when}" for when in ("today", "tomorrow", "weekday", "date")),
        *(f"cancel_done{end}_refund" for end in ("", "_at_once", "_renews")),
    }


def _named_in_services() -> set[str]:
    """The first argument of every `Reply`, and the second of every `ButtonSpec`."""
    found: set[str] = set()
    for path in (*(ROOT / "bot/services").glob("*.py"), *(ROOT / "actions").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            place = {"Reply": 0, "ButtonSpec": 1}.get(node.func.id)
            if place is not None and len(node.args) > place:
                found |= {
                    part.value
                    for part in ast.walk(node.args[place])
                    if isinstance(part, ast.Constant) and isinstance(part.value, str) and "_" in part.value
                }
    return {name for name in found if not name.endswith("_")}


def test_every_message_that_is_said_exists() -> None:
    """A missing text would fail a customer's turn."""
    named = _named_in_services()
    assert len(named) > 40
    assert named - set(MESSAGES) == set()
    assert _composed() - set(MESSAGES) == set()


def test_every_message_that_exists_is_said() -> None:
    """What nobody says is nobody's to translate."""
    used = _literals("bot", "gateway", "channels", "cli") | _composed()
    assert set(MESSAGES) - used == set()


def test_every_subject_that_is_not_here_yet_has_its_words() -> None:
    """A rule without words would fail the turn."""
    assert {f"later_{subject}" for subject in _subjects_not_here_yet()} == {
        name for name in MESSAGES if name.startswith("later_")
    }


@pytest.mark.parametrize(("name", "text"), list(_responses()))
def test_the_house_voice(name: str, text: str) -> None:
    """Facts first: no exclamation marks, no emoji, no regret, no second thoughts put into anybody's mind."""
    assert "!" not in text
    assert not any(unicodedata.category(character) == "So" for character in text)
    banned = r"unfortunately|sorry|are you sure|we hate|sad to|miss you|oops|regret|leider|sind Sie sicher"
    assert not re.search(banned, text, re.IGNORECASE), name


def test_every_button_has_a_short_title() -> None:
    """Verbs of two or three words."""
    titles = {name: text["en"] for name, text in MESSAGES.items() if name.startswith("button_")}
    assert {name for name, title in titles.items() if len(title.split()) > 4} == set()


def test_every_press_has_a_handler_in_these_tests() -> None:
    """The intents that buttons stand for are those the tests know how to answer."""
    intents = {
        keyword.value.value
        for path in (ROOT / "bot/services").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Press"
        for keyword in node.keywords
        if keyword.arg == "intent" and isinstance(keyword.value, ast.Constant)
    }
    assert intents <= set(BY_INTENT)
