"""What the tests of understanding share: the trained model, asked once for all sentences."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli.parsing import trained, understood

ROOT = Path(__file__).resolve().parents[2]


def understand(texts: Sequence[str]) -> list[dict[str, Any]]:
    """Return what the trained bot understands of each text, in order."""
    model = trained(Path(os.environ.get("FAIRWELL_HOME", ROOT / "var")))
    return [dict(parsed) for parsed in understood(model, texts)]


@pytest.fixture(scope="session")
def sentences() -> dict[str, Any]:
    """The sentences of cancel.yml."""
    content: dict[str, Any] = yaml.safe_load((ROOT / "tests/nlu/cancel.yml").read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="session")
def intents(sentences: dict[str, Any]) -> dict[str, str]:
    """The intent understood of every sentence of cancel.yml."""
    texts = [*sentences["acts"], *sentences["never"]]
    texts += sentences["asks"]
    texts += [text for part in ("not", "understood") for these in sentences[part].values() for text in these]
    return {line["text"]: line["intent"]["name"] for line in understand(texts)}
