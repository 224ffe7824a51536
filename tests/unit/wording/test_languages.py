"""Every language says everything the others say, with the same facts in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
import yaml

FILES = sorted((Path(__file__).parents[3] / "data" / "responses").glob("*.yml"))
CONTENTS: list[Mapping[str, Any]] = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in FILES]
MESSAGES = {name: texts for content in CONTENTS for name, texts in content.get("messages", {}).items()}
RESPONSES = {name: given for content in CONTENTS for name, given in content.get("responses", {}).items()}
LANGUAGES = sorted({language for texts in MESSAGES.values() for language in texts})
DEFAULT = "en"


def test_english_and_german_are_spoken() -> None:
    """At least these two."""
    assert {"en", "de"} <= set(LANGUAGES)


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_every_message_is_there_in_every_language(name: str) -> None:
    """With the same values: what one customer is told, the other is told too."""
    texts = MESSAGES[name]
    assert sorted(texts) == LANGUAGES
    values = {language: _values(text) for language, text in texts.items()}
    assert all(found == values[DEFAULT] for found in values.values()), values


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_every_response_is_there_in_every_language(name: str) -> None:
    """The first, without a condition, is what is said where nothing else fits."""
    first, *others = RESPONSES[name]
    assert "condition" not in first
    conditions = [variant["condition"] for variant in others]
    assert conditions == [
        [{"type": "slot", "name": "language", "value": language}]
        for language in LANGUAGES
        if language != DEFAULT
    ]
    assert {_values(variant["text"]) for variant in others} <= {_values(first["text"])}


@pytest.mark.parametrize("text", [texts["de"] for texts in MESSAGES.values()])
def test_german_is_formal(text: str) -> None:
    """Customers are called "Sie"."""
    assert not re.search(r"\b(du|dir|dich|dein\w*|euch|euer|eure\w*)\b", text, re.IGNORECASE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_buttons_are_short(language: str) -> None:
    """Two or three words, four at most, so that they stand side by side on a telephone."""
    titles = {name: texts[language] for name, texts in MESSAGES.items() if name.startswith("button_")}
    assert {name: title for name, title in titles.items() if len(title.split()) > 4} == {}


def _values(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)
