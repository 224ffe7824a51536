from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.settings import PREFIX, Settings, SettingsError, load_settings

STRIPE = {"BILLING": "stripe", "STRIPE_KEY": "rk_test_0123456789"}
SERVERS = "takes a key of Stripe's for servers, rk_test_… or rk_live_…"


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.upper().startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def _load(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(f"{PREFIX}{name}", value)
    return load_settings()


def _refused(monkeypatch: pytest.MonkeyPatch, **values: str) -> str:
    with pytest.raises(SettingsError) as fault:
        _load(monkeypatch, **values)
    (line,) = fault.value.lines
    return line


@pytest.mark.parametrize(
    ("key", "live"),
    [("rk_test_01234", False), ("sk_test_01234", False), ("rk_live_01234", True), ("sk_live_01234", True)],
)
def test_keys_for_servers_are_taken(monkeypatch: pytest.MonkeyPatch, key: str, live: bool) -> None:
    """Restricted or secret, and they say of which mode they are; nothing shows them."""
    settings = _load(monkeypatch, BILLING="stripe", STRIPE_KEY=key, STRIPE_WEBHOOK_SECRET="whsec_012345678")
    assert settings.stripe_live is live
    assert key not in repr(settings)
    assert "whsec" not in repr(settings)


def test_a_key_without_stripe_moves_no_money(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not used."""
    assert not _load(monkeypatch, STRIPE_KEY="rk_live_01234", DEMO="1").stripe_live


@pytest.mark.parametrize(
    "key",
    ["pk_live_01234", "rk_prod_01234", "whsec_0123456789", "rk_live_", "rk_test_01234 ", "sk_org_live_01234"],
)
def test_what_is_no_key_for_servers_is_named_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    """Publishable keys and signing secrets are mistaken for it."""
    assert _refused(monkeypatch, BILLING="stripe", STRIPE_KEY=key) == f"{PREFIX}STRIPE_KEY: {SERVERS}"


def test_stripe_needs_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Said at the start, and not to the first customer."""
    line = _refused(monkeypatch, BILLING="stripe")
    assert line == f"{PREFIX}STRIPE_KEY: is needed where {PREFIX}BILLING is stripe"


def test_the_demo_does_not_go_with_real_money(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its page shows everybody's mail; with a test key one may."""
    assert _load(monkeypatch, **STRIPE, DEMO="1").demo
    line = _refused(monkeypatch, **{**STRIPE, "STRIPE_KEY": "rk_live_0123456789"}, DEMO="1")
    assert line == f"{PREFIX}DEMO: does not go with a live key in {PREFIX}STRIPE_KEY"


def test_a_live_key_is_sent_over_https_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in is for test keys."""
    stand_in = {"STRIPE_API_URL": "http://127.0.0.1:8420"}
    assert _load(monkeypatch, **STRIPE, **stand_in).stripe_api_url == "http://127.0.0.1:8420"
    line = _refused(monkeypatch, **{**STRIPE, **stand_in, "STRIPE_KEY": "rk_live_0123456789"})
    assert line == f"{PREFIX}STRIPE_API_URL: takes an https address with a live key"


@pytest.mark.parametrize("secret", ["rk_test_01234", "whsec_", "0123456789"])
def test_a_webhook_secret_is_one(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    """Named, and not repeated."""
    line = _refused(monkeypatch, **STRIPE, STRIPE_WEBHOOK_SECRET=secret)
    assert line == f"{PREFIX}STRIPE_WEBHOOK_SECRET: takes a signing secret of Stripe's, whsec_…"


@pytest.mark.parametrize("key", ['a"b', "a[b]", "x" * 41, "a'b"])
def test_a_key_of_metadata_is_one(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """Stripe takes no brackets in them, and a quote would end it in a search."""
    assert _refused(monkeypatch, **STRIPE, STRIPE_CUSTOMER_KEY=key).startswith(
        f"{PREFIX}STRIPE_CUSTOMER_KEY: "
    )
    assert _load(monkeypatch, STRIPE_CUSTOMER_KEY="user-id").stripe_customer_key == "user-id"
