from __future__ import annotations

import os
import ssl
from pathlib import Path

import pytest

from bot.bootstrap import mailer_of
from bot.mail.file import FileMailer
from bot.mail.smtp import SmtpMailer
from bot.settings import PREFIX, Settings, SettingsError, load_settings, taken_by
from tests.fixtures.fakes import FakeClock

SERVER = {"SMTP_HOST": "mail.lantern.example", "MAIL_FROM": "leave@lantern.example"}
LOGIN = {"SMTP_USER": "lantern", "SMTP_PASSWORD": "geheim"}


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


def refused(monkeypatch: pytest.MonkeyPatch, **values: str) -> tuple[str, ...]:
    """The lines that say what is wrong."""
    with pytest.raises(SettingsError) as fault:
        load(monkeypatch, **values)
    return fault.value.lines


def test_mail_goes_to_files_unless_a_server_is_set() -> None:
    """So that Fairwell can be tried out without one."""
    settings = load_settings()
    assert settings.smtp_host is None
    assert isinstance(mailer_of(settings, FakeClock()), FileMailer)


def test_a_server_is_talked_to_encrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    """STARTTLS on the port of mail submission; nothing more has to be set."""
    settings = load(monkeypatch, **SERVER)
    assert (settings.smtp_tls, settings.smtp_port) == ("starttls", 587)
    mailer = mailer_of(settings, FakeClock())
    assert isinstance(mailer, SmtpMailer)
    context = mailer._context
    assert context is not None
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize(("tls", "port"), [("tls", 465), ("none", 25)])
def test_the_port_follows_from_how_it_is_secured(
    monkeypatch: pytest.MonkeyPatch, tls: str, port: int
) -> None:
    """Unless it is set itself."""
    assert load(monkeypatch, SMTP_TLS=tls, **SERVER).smtp_port == port
    assert load(monkeypatch, SMTP_PORT="2525").smtp_port == 2525


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_HOST", "mail server"),
        ("SMTP_HOST", "mail.example:25"),
        ("SMTP_HOST", "-x"),
        ("SMTP_PORT", "0"),
        ("SMTP_TLS", "ssl"),
        ("SMTP_USER", "jürgen"),
        ("SMTP_CERTIFICATES", "/nowhere/ca.pem"),
        ("MAIL_FROM", "Lantern <leave@lantern.example>"),
        ("MAIL_FROM", "leave@müller.example"),
        ("MAIL_REPLY_TO", "help@lantern.example, boss@lantern.example"),
    ],
)
def test_what_is_wrong_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """With what it takes."""
    line = refused(monkeypatch, **{name: value})[0]
    assert line.startswith(f"{PREFIX}{name}: takes {taken_by(name.lower()).what}, not {value!r}")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "mail", "10.0.0.7", "mail.example"])
def test_a_host_is_a_name_or_an_address(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    """Of any kind."""
    assert load(monkeypatch, **{**SERVER, "SMTP_HOST": host}).smtp_host == host


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"SMTP_HOST": "mail.example"}, "FAIRWELL_MAIL_FROM"),
        ({**SERVER, "SMTP_USER": "lantern"}, "FAIRWELL_SMTP_USER"),
        ({**SERVER, "SMTP_PASSWORD": "geheim"}, "FAIRWELL_SMTP_USER"),
        ({**SERVER, **LOGIN, "SMTP_TLS": "none"}, "FAIRWELL_SMTP_TLS"),
        ({**SERVER, **LOGIN, "SMTP_TLS": "none", "SMTP_HOST": "10.0.0.7"}, "FAIRWELL_SMTP_TLS"),
    ],
)
def test_what_does_not_go_together(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], named: str
) -> None:
    """A server without a sender, half a login, a password that everybody on the way could read."""
    (line,) = refused(monkeypatch, **values)
    assert line.startswith(f"{named}: ")
    assert "geheim" not in line


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_on_this_machine_a_password_needs_no_encryption(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    """Nobody is on the way; and without a login any host may be told so explicitly."""
    assert load(monkeypatch, **{**SERVER, **LOGIN, "SMTP_TLS": "none", "SMTP_HOST": host}).smtp_tls == "none"


def test_without_a_login_a_line_may_be_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """If that is said explicitly: in a network of one's own."""
    settings = load(monkeypatch, **{**SERVER, "SMTP_TLS": "none"})
    mailer = mailer_of(settings, FakeClock())
    assert isinstance(mailer, SmtpMailer)
    assert mailer._context is None


def test_the_password_is_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by the settings, not by the mailer, not when it is wrong."""
    settings = load(monkeypatch, **SERVER, **LOGIN)
    mailer = mailer_of(settings, FakeClock())
    assert isinstance(mailer, SmtpMailer)
    assert "geheim" not in repr(settings) + repr(mailer._server)
    assert refused(monkeypatch, SMTP_PASSWORD="geheimé") == (
        "FAIRWELL_SMTP_PASSWORD: takes a password in ASCII",
    )


def test_certificates_that_are_none_stop_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Here, not when the first mail is to be sent."""
    (tmp_path / "ca.pem").write_text("nonsense")
    settings = load(monkeypatch, **SERVER, SMTP_CERTIFICATES="ca.pem")
    assert settings.smtp_certificates == tmp_path / "ca.pem"
    with pytest.raises(ssl.SSLError):
        mailer_of(settings, FakeClock())
