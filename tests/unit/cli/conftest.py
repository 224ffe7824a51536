from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.settings import PREFIX
from tests.fixtures import read_once
from tests.unit.cli.installation import Installation


@pytest.fixture
def installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Installation:
    """A home of its own with the demo's customers in it, and no other setting."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv(f"{PREFIX}HOME", str(tmp_path))
    read_once.everywhere(monkeypatch)
    return Installation(capsys)
