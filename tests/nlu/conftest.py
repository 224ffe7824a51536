"""What the tests of understanding share: the trained model, asked once for all sentences."""

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.domain.text import normalise
from cli.parsing import trained, understood

ROOT = Path(__file__).resolve().parents[2]
_FILES = {"en": "cancel.yml", "de": "cancel_de.yml"}


def understand(texts: Sequence[str]) -> list[dict[str, Any]]:
    """Return what the trained bot understands of each text, in order."""
    model = trained(Path(os.environ.get("FAIRWELL_HOME", ROOT / "var")))
    return [dict(parsed) for parsed in understood(model, texts)]


@cache
def _all() -> dict[str, dict[str, Any]]:
    return {
        name: yaml.safe_load((ROOT / "tests/nlu" / name).read_text(encoding="utf-8"))
        for name in _FILES.values()
    }


def _texts(content: Mapping[str, Any]) -> Iterator[str]:
    for part in content.values():
        for texts in [part] if isinstance(part, list) else part.values():
            yield from texts


@cache
def _understood() -> dict[str, str]:
    """The intent of every sentence of every language: loading the bot takes longer than asking it."""
    texts = [text for content in _all().values() for text in _texts(content)]
    lines = understand([normalise(text) for text in texts])
    return {text: line["intent"]["name"] for text, line in zip(texts, lines, strict=True)}


@pytest.fixture(params=_FILES)
def sentences(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The sentences of one language."""
    return _all()[_FILES[request.param]]


@pytest.fixture
def intents() -> dict[str, str]:
    """The intent understood of every sentence."""
    return _understood()
