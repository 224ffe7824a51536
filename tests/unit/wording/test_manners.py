from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.manners.product import Text, judge_product
from bot.domain.manners.rules import judge_rules
from bot.wording import manners
from bot.wording.responses import WordingError
from tests.fixtures.manners_talks import ROOT

DATA = ROOT / "data"


def test_our_own_words_have_good_manners() -> None:
    """All texts in all languages, and all buttons: nothing is found, and no exception is made."""
    texts = manners.texts(DATA / "responses")
    layout = manners.layout(DATA / "manners" / "product.yml")
    assert len(texts) > 500
    assert judge_product(texts, manners.lexicons(DATA / "manners"), layout) == []


def test_our_own_rules_act_before_they_ask() -> None:
    """Every rule does at once what it is asked for."""
    flows = manners.flows(DATA / "rules", DATA / "stories")
    assert len(flows) > 40
    assert judge_rules(flows) == []


def test_every_language_of_ours_has_its_word_list() -> None:
    """What is spoken is judged."""
    spoken = {text.language for text in manners.texts(DATA / "responses")}
    assert spoken <= set(manners.lexicons(DATA / "manners"))


def test_texts_of_all_kinds_are_read(tmp_path: Path) -> None:
    """Messages, responses by their condition, and the titles of their buttons."""
    (tmp_path / "a.yml").write_text(
        "messages:\n  hi: {en: Hello, de: Hallo}\n"
        "responses:\n  utter_x:\n    - text: Well\n      buttons: [{title: 'Yes', payload: /yes}]\n"
        "    - condition: [{type: slot, name: language, value: de}]\n      text: Gut\n"
    )
    assert manners.texts(tmp_path) == [
        Text("a.yml", "hi", "en", "Hello"),
        Text("a.yml", "hi", "de", "Hallo"),
        Text("a.yml", "utter_x", "en", "Well"),
        Text("a.yml", "utter_x", "en", "Yes"),
        Text("a.yml", "utter_x", "de", "Gut"),
    ]


def test_rules_and_stories_are_read_step_by_step(tmp_path: Path) -> None:
    """Intents, actions, forms, and the first of several ways."""
    (tmp_path / "a.yml").write_text(
        "rules:\n  - rule: r\n    steps: [{intent: cancel}, {active_loop: form}, {active_loop: null}]\n"
        "stories:\n  - story: s\n"
        "    steps: [{or: [{intent: a}, {intent: b}]}, {action: c}, {slot_was_set: []}]\n"
    )
    assert [(flow.where, flow.steps) for flow in manners.flows(tmp_path, tmp_path / "none")] == [
        ("a.yml: r", (("intent", "cancel"), ("active_loop", "form"))),
        ("a.yml: s", (("intent", "a"), ("action", "c"))),
    ]


def test_broken_files_are_one_line(tmp_path: Path) -> None:
    """No word list, a layout that lacks something, and what is no YAML."""
    with pytest.raises(WordingError, match="no word lists"):
        manners.lexicons(tmp_path)
    (tmp_path / "product.yml").write_text("manners: {before: []}")
    with pytest.raises(WordingError, match="confirmations"):
        manners.layout(tmp_path / "product.yml")
    (tmp_path / "product.yml").write_text("a: [")
    with pytest.raises(WordingError, match=r"product\.yml"):
        manners.layout(tmp_path / "product.yml")
    (tmp_path / "product.yml").write_text("just text")
    assert manners.texts(tmp_path) == []
