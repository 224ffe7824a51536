from __future__ import annotations

import os
from ipaddress import ip_network
from pathlib import Path

import pytest

from bot.settings import PREFIX, Settings, SettingsError, load_settings, taken_by


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.upper().startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def load(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> Settings:
    """The settings with one of them set."""
    monkeypatch.setenv(f"{PREFIX}{name}", value)
    return load_settings()


def test_nobody_else_and_no_proxy_unless_set() -> None:
    """A new installation's chat is for its own pages."""
    settings = load_settings()
    assert (settings.web_origins, settings.trusted_proxies) == ((), ())


def test_origins_are_read_as_browsers_send_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Upper case, a scheme's own port, a second time, a comma at the end: all the same."""
    listed = "https://Shop.example:443, http://127.0.0.1:3000,https://shop.example,"
    settings = load(monkeypatch, "WEB_ORIGINS", listed)
    assert settings.web_origins == ("https://shop.example", "http://127.0.0.1:3000")


@pytest.mark.parametrize(
    "value",
    [
        *("shop.example", "*", "https://*.shop.example", "https://shop.example/", "https://bücher.example"),
        *("null", "https://shop.example https://other.example", "https://a:b@shop.example", "file:///"),
    ],
)
def test_what_is_no_origin_stops_the_start(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """One line says which of them, and what is taken."""
    with pytest.raises(SettingsError) as fault:
        load(monkeypatch, "WEB_ORIGINS", f"https://good.example,{value}")
    assert fault.value.lines == (
        f"FAIRWELL_WEB_ORIGINS: takes {taken_by('web_origins').what}, not {value!r}",
    )


def test_proxies_are_addresses_and_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address is a network of one."""
    settings = load(monkeypatch, "TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8,::1,2001:db8::/32")
    networks = ("127.0.0.1/32", "10.0.0.0/8", "::1/128", "2001:db8::/32")
    assert settings.trusted_proxies == tuple(ip_network(network) for network in networks)


@pytest.mark.parametrize(
    "value", ["proxy", "10.0.0.1/8", "10.0.0.0/33", "0.0.0.0/0", "::/0", "10.0.0.1:80", "10.0.0", "1"]
)
def test_what_is_no_proxy_stops_the_start(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """Nor may everybody be a proxy: then any visitor could say that they are another one."""
    with pytest.raises(SettingsError) as fault:
        load(monkeypatch, "TRUSTED_PROXIES", f"127.0.0.1,{value}")
    (line,) = fault.value.lines
    assert line == f"FAIRWELL_TRUSTED_PROXIES: takes {taken_by('trusted_proxies').what}, not {value!r}"
