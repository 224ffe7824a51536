"""The settings of a company's own billing system."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from bot.settings import SettingsError, load_settings

SECRET = "a secret of thirty-two bytes, or more"
URL = "https://billing.example.com/fairwell/"


def lines(monkeypatch: pytest.MonkeyPatch, home: Path, url: str = "", secret: str = "") -> tuple[str, ...]:
    """What is wrong with the settings."""
    monkeypatch.setenv("FAIRWELL_HOME", str(home))
    monkeypatch.setenv("FAIRWELL_BILLING", "http")
    monkeypatch.setenv("FAIRWELL_BILLING_HTTP_URL", url)
    monkeypatch.setenv("FAIRWELL_BILLING_HTTP_SECRET", secret)
    try:
        settings = load_settings()
    except SettingsError as fault:
        return fault.lines
    assert settings.billing_http_url == url.rstrip("/")
    return ()


def test_both_are_needed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each missing one is named."""
    assert lines(monkeypatch, tmp_path, secret=SECRET) == (
        "FAIRWELL_BILLING_HTTP_URL: is needed where FAIRWELL_BILLING is http",
    )
    assert lines(monkeypatch, tmp_path, URL) == (
        "FAIRWELL_BILLING_HTTP_SECRET: is needed where FAIRWELL_BILLING is http",
    )


def test_neither_is_looked_at_with_another_billing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The book needs neither."""
    monkeypatch.setenv("FAIRWELL_BILLING_HTTP_URL", "http://billing.example.com")
    assert load_settings().billing == "book"


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        (URL, True),
        ("http://127.0.0.1:8090/fairwell", True),
        ("http://localhost:8090", True),
        ("http://[::1]:8090", True),
        ("http://billing.example.com", False),
        ("http://10.0.0.7:8090", False),
        ("http://127.0.0.1.example.com", False),
    ],
)
def test_another_machine_takes_https(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str, taken: bool
) -> None:
    """What is signed can still be read on its way."""
    said = lines(monkeypatch, tmp_path, url, SECRET)
    assert said == (
        () if taken else ("FAIRWELL_BILLING_HTTP_URL: takes an https address of another machine",)
    )


def test_an_address_holds_no_password(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is shown by doctor and in errors."""
    said = lines(monkeypatch, tmp_path, "https://me:secret@billing.example.com", SECRET)
    assert said == ("FAIRWELL_BILLING_HTTP_URL: takes an address without a name or a password",)


@pytest.mark.parametrize(
    ("secret", "taken"),
    [
        (SECRET, True),
        ("whsec_" + base64.b64encode(b"x" * 24).decode(), True),
        ("whsec_" + base64.b64encode(b"x" * 23).decode(), False),
        ("whsec_" + "x" * 43 + "!", False),
        ("short", False),
    ],
)
def test_a_secret_is_long_enough_and_is_never_repeated(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, secret: str, taken: bool
) -> None:
    """After `whsec_` it is base64, as Standard Webhooks has it."""
    said = lines(monkeypatch, tmp_path, URL, secret)
    takes = "FAIRWELL_BILLING_HTTP_SECRET: takes a secret of at least 32 bytes, or whsec_ and base64"
    assert said == (() if taken else (takes,))
