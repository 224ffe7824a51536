from __future__ import annotations

import pytest

from bot.settings import SettingsError, load_settings
from bot.widget_settings import contrast


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#ffffff", "#ffffff", 1.0), ("#777777", "#ffffff", 4.48)],
)
def test_contrast(one: str, other: str, ratio: float) -> None:
    """As WCAG has it, whichever comes first."""
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


def test_the_defaults_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Colours are written in one way."""
    monkeypatch.setenv("FAIRWELL_WIDGET_ACCENT", "#0B5FFF")
    settings = load_settings()
    assert settings.widget_accent == "#0b5fff"
    assert contrast(settings.widget_accent_dark, "#1c2024") >= 4.5


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ACCENT", "#ffee00"),
        ("ACCENT", "green"),
        ("ACCENT", "#12345"),
        ("ACCENT", "#1f6f54; background: url(https://evil.example)"),
        ("ACCENT_DARK", "#1f6f54"),
        ("RADIUS", "25"),
        ("RADIUS", "-1"),
        ("SCHEME", "sepia"),
        ("SIDE", "left"),
    ],
)
def test_what_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """A colour nobody can read, and whatever is none, with the setting's name."""
    monkeypatch.setenv(f"FAIRWELL_WIDGET_{name}", value)
    with pytest.raises(SettingsError, match=f"FAIRWELL_WIDGET_{name}: takes"):
        load_settings()
