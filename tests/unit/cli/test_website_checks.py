"""What doctor says of the website's chat."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings
from cli import checks


def said(home: Path, **settings: Any) -> list[tuple[str, str]]:
    """Each finding's state and text."""
    findings = list(checks.website(Settings(home=home, **settings)))
    assert {finding.topic for finding in findings} == {"website"}
    return [(finding.state, finding.text) for finding in findings]


def test_whose_pages_may_use_the_chat(tmp_path: Path) -> None:
    """Those listed, or what to set."""
    ((state, text),) = said(tmp_path)
    assert (state, "FAIRWELL_WEB_ORIGINS" in text) == ("ok", True)
    ((state, text),) = said(tmp_path, web_origins="https://shop.example,https://other.example")
    assert (state, text.rpartition(": ")[2]) == ("ok", "https://shop.example, https://other.example")


@pytest.mark.parametrize(
    ("settings", "state"),
    [
        ({"public_url": "https://chat.example"}, "off"),
        ({"public_url": "https://chat.example", "trusted_proxies": "127.0.0.1,10.0.0.0/8"}, "ok"),
        ({"trusted_proxies": "127.0.0.1"}, "ok"),
    ],
)
def test_whether_visitors_can_be_told_apart(tmp_path: Path, settings: dict[str, str], state: str) -> None:
    """An https address means that something is in front of us; then it has to be known."""
    _, (found, text) = said(tmp_path, **settings)
    assert found == state
    assert ("FAIRWELL_TRUSTED_PROXIES" in text) == (state == "off")
    if "," in settings.get("trusted_proxies", ""):
        assert text.endswith("127.0.0.1/32, 10.0.0.0/8")
