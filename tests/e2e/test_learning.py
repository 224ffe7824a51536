"""`fairwell understand` and `fairwell nlu` with the trained bot and real conversations."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.conftest import Visit
from tests.e2e.instance import FAIRWELL, Instance
from tests.e2e.test_near_misses import NEAR_MISSES


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Path:
    """A folder with the trained bot in it and nothing else."""
    folder = tmp_path_factory.mktemp("understand")
    (folder / "models").symlink_to(models)
    return folder


def understand(home: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Runs `fairwell understand`."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("FAIRWELL_")}
    return subprocess.run(
        [FAIRWELL, "understand", *arguments], env={**inherited, "FAIRWELL_HOME": str(home)}, input=given,
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def rows(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """What `--json` printed."""
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_decision_is_what_the_bot_would_do(home: Path) -> None:
    """What cancels in a conversation cancels here, what does not does not; nothing is left behind."""
    texts = ["I want to cancel", "/cancel", "", "talk to a human", "cancel my Pro plan", *NEAR_MISSES]
    found = rows(understand(home, "--json", given="".join(f"{text}\n" for text in texts)))

    assert [row["text"] for row in found] == texts
    decisions = [row["decision"] for row in found]
    assert decisions[:5] == ["cancel", "clarify", "clarify", "handoff", "cancel"]
    assert "cancel" not in decisions[5:]
    assert (found[0]["intent"], found[0]["language"], found[4]["plan"]) == ("cancel", "en", "Pro")
    assert [path.name for path in home.iterdir()] == ["models"]


def test_a_table_and_a_single_text(home: Path, tmp_path: Path) -> None:
    """A column of a file, in its order; a text as an argument, with anything in it."""
    table = tmp_path / "texts.tsv"
    table.write_text('id\ttext\n1\t"Please" cancel my plan\n2\tthank you\n', encoding="utf-8")
    assert [row["text"] for row in rows(understand(home, "--file", str(table), "--json"))] == [
        '"Please" cancel my plan', "thank you",
    ]  # fmt: skip
    (row,) = rows(understand(home, "please\n\tcancel\nmy plan", "--json"))
    assert (row["text"], row["decision"]) == ("please\n\tcancel\nmy plan", "cancel")
    assert understand(home, "I want to cancel").stdout.startswith("cancel       I want to cancel\n")


def test_what_was_not_understood_comes_back_to_be_labelled(fairwell: Instance, visit: Visit) -> None:
    """Asked about and then pressed: with the likely label, masked, in the format of data/nlu."""
    chat = visit("demo-solo")
    words = "blorf zumpel krax quindle, nora@example.com"
    chat.press(chat.say(words)[0].buttons["cancel_now"])

    listed = fairwell.cli("nlu", "candidates")
    assert listed.returncode == 0, listed.stderr
    assert "likely cancel" in listed.stdout
    assert "blorf zumpel krax quindle, [email]" in listed.stdout
    assert "example.com" not in listed.stdout
    blocks = yaml.safe_load(fairwell.cli("nlu", "candidates", "--yaml").stdout)["nlu"]
    assert any(block["intent"] == "cancel" and "blorf" in block["examples"] for block in blocks)
    assert fairwell.cli("nlu", "shadow").stdout == "Shadow mode is off.\nNo decisions yet.\n"
