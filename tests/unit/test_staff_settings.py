from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.settings import PREFIX, Settings, SettingsError, load_settings

PROVIDER = {
    "OIDC_ISSUER": "https://id.example/",
    "OIDC_CLIENT_ID": "fairwell",
    "OIDC_CLIENT_SECRET": "geheim",
}


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.upper().startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def load(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    """The settings with some of them set."""
    for name, value in values.items():
        monkeypatch.setenv(f"{PREFIX}{name}", value)
    return load_settings()


def test_without_any_setting_passwords_and_codes_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody signs in with less because nothing was set."""
    settings = load(monkeypatch)
    assert (settings.staff_totp, settings.oidc, settings.oidc_only) == (True, False, False)


def test_a_provider_is_taken_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its address without the slash at its end; the secret is not shown."""
    settings = load(monkeypatch, **PROVIDER, OIDC_ONLY="1")
    assert (settings.oidc, settings.oidc_only, settings.oidc_issuer) == (True, True, "https://id.example")
    assert "geheim" not in repr(settings)


@pytest.mark.parametrize("missing", PROVIDER)
def test_half_a_provider_stops_the_start(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    """Rather than that the button is silently not there."""
    with pytest.raises(SettingsError, match="FAIRWELL_OIDC_ISSUER: takes FAIRWELL_OIDC_CLIENT_ID"):
        load(monkeypatch, **{name: value for name, value in PROVIDER.items() if name != missing})


def test_passwords_are_not_turned_off_where_there_is_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody could sign in."""
    with pytest.raises(SettingsError, match="FAIRWELL_OIDC_ONLY"):
        load(monkeypatch, OIDC_ONLY="1")


@pytest.mark.parametrize(
    "issuer", ["http://id.example", "http://10.0.0.1:8080", "id.example", "https://x?a=b"]
)
def test_a_provider_is_reached_by_https(monkeypatch: pytest.MonkeyPatch, issuer: str) -> None:
    """Whoever could change its answers on the way would decide who gets in."""
    with pytest.raises(SettingsError, match="FAIRWELL_OIDC_ISSUER: takes an https address without a query"):
        load(monkeypatch, **PROVIDER | {"OIDC_ISSUER": issuer})


@pytest.mark.parametrize(
    "issuer", ["http://127.0.0.1:9000", "http://localhost:9000/realms/x", "http://[::1]:9"]
)
def test_a_provider_on_this_machine_may_be_tried_without(
    monkeypatch: pytest.MonkeyPatch, issuer: str
) -> None:
    """Nobody stands between."""
    assert load(monkeypatch, **PROVIDER | {"OIDC_ISSUER": issuer}).oidc_issuer == issuer


def test_groups_give_roles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names may hold spaces and what directories put into them."""
    settings = load(monkeypatch, OIDC_ROLES="Customer care=agent, /it/admins=admin,cn=leads=manager")
    assert settings.oidc_roles == {"Customer care": "agent", "/it/admins": "admin", "cn=leads": "manager"}


@pytest.mark.parametrize("roles", ["support", "support=owner", "=admin", "a=agent,b"])
def test_roles_that_do_not_exist_stop_the_start(monkeypatch: pytest.MonkeyPatch, roles: str) -> None:
    """A typing error must not leave everybody outside, or let anybody in."""
    with pytest.raises(SettingsError, match="FAIRWELL_OIDC_ROLES: takes GROUP=ROLE"):
        load(monkeypatch, OIDC_ROLES=roles)
