"""Whoever runs it is told that shadow mode is on."""

from __future__ import annotations

from pathlib import Path

from bot.settings import Settings
from cli import checks, up


def test_doctor_says_that_it_is_on(tmp_path: Path) -> None:
    """And says nothing of it otherwise."""
    (finding,) = checks.shadow_mode(Settings(home=tmp_path, shadow=True))
    assert (finding.state, finding.topic) == ("ok", "shadow")
    assert "fairwell nlu shadow" in finding.text
    assert list(checks.shadow_mode(Settings(home=tmp_path))) == []


def test_the_start_says_that_it_is_on(tmp_path: Path) -> None:
    """Right below the address."""
    told = up._welcome(Settings(home=tmp_path, shadow=True), "http://127.0.0.1:8000", tmp_path)
    assert told.splitlines()[1].startswith("Shadow mode:")
    assert "FAIRWELL_SHADOW" in told
    assert "hadow" not in up._welcome(Settings(home=tmp_path), "http://127.0.0.1:8000", tmp_path)
