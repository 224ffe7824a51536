from __future__ import annotations

import os
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from bot.billing_settings import BillingSettings
from bot.channel_settings import ChannelSettings
from bot.mail_settings import MailSettings
from bot.settings import PREFIX, Settings, SettingsError, is_loopback, load_settings, taken_by
from bot.staff_settings import StaffSettings
from bot.web_settings import WebSettings
from bot.webhook_settings import WebhookSettings
from bot.widget_settings import WidgetSettings

TABLE = Path(__file__).parents[2] / "docs" / "settings.md"


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.upper().startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def _load(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(f"{PREFIX}{name}", value)
    return load_settings()


def _refused(monkeypatch: pytest.MonkeyPatch, **values: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as fault:
        _load(monkeypatch, **values)
    assert str(fault.value) == "\n".join(fault.value.lines)
    return fault.value.lines


def test_nothing_has_to_be_set(tmp_path: Path) -> None:
    """The defaults are a local installation with the embedded parts."""
    settings = load_settings()
    assert settings.home == tmp_path / "var"
    assert settings.keys == tmp_path / "var" / "keys"
    assert (settings.bind, settings.port, settings.public_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert settings.database_url == f"sqlite:///{tmp_path}/var/fairwell.db"
    assert settings.rasa_tracker_url == f"sqlite:///{tmp_path}/var/rasa.db"
    assert (settings.rasa_port, settings.rasa_url) == (5005, "http://127.0.0.1:5005")
    assert (settings.actions_host, settings.actions_port) == ("127.0.0.1", 8056)
    assert (settings.billing, settings.demo, settings.locale) == ("book", False, "en")
    assert settings.web_identity_secret is None
    assert settings.zone == ZoneInfo("Europe/Berlin")


def test_what_follows_from_another_setting_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ports show in addresses and the home in database paths, unless those are set themselves."""
    settings = _load(monkeypatch, PORT="9000", RASA_PORT="9005", HOME="/srv/fairwell")
    assert settings.public_url == "http://127.0.0.1:9000"
    assert settings.rasa_url == "http://127.0.0.1:9005"
    assert settings.database_url == "sqlite:////srv/fairwell/fairwell.db"
    settings = _load(monkeypatch, PUBLIC_URL="https://leave.example.com/", RASA_URL="http://rasa:5005")
    assert (settings.public_url, settings.rasa_url) == ("https://leave.example.com", "http://rasa:5005")


def test_a_home_below_ones_own_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """`~` is what it is in a shell, and a relative path stays where the process began."""
    assert _load(monkeypatch, HOME="~/fairwell").home == Path.home() / "fairwell"
    assert _load(monkeypatch, HOME="state").home == Path.cwd() / "state"


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose files hand on variables that nobody has set."""
    assert _load(monkeypatch, PORT="", WEB_IDENTITY_SECRET="", DEMO="").port == 8000


def test_settings_do_not_change_while_running() -> None:
    """Read once, then fixed."""
    with pytest.raises(ValidationError):
        load_settings().port = 1  # type: ignore[misc] # the point of the test


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "http"),
        ("RASA_PORT", "-1"),
        ("BIND", "example.com"),
        ("BIND", "127.0.0.1:8000"),
        ("PUBLIC_URL", "leave.example.com"),
        ("PUBLIC_URL", "ftp://example.com"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "https://example.com/?a=b"),
        ("PUBLIC_URL", "https://example.com:99999"),
        ("PUBLIC_URL", "https://example.com:0"),
        ("RASA_URL", "rasa:5005"),
        ("ACTIONS_BIND", "127.0.0.1"),
        ("ACTIONS_BIND", "8056"),
        ("ACTIONS_BIND", "example.com:8056"),
        ("ACTIONS_BIND", "127.0.0.1:0"),
        ("ACTIONS_BIND", "127.0.0.1:99999"),
        ("ACTIONS_BIND", "a@127.0.0.1:80"),
        ("ACTIONS_BIND", "127.0.0.1:80/x"),
        ("BILLING", "paypal"),
        ("DEMO", "perhaps"),
        ("COMPANY", " "),
        ("COMPANY", "Two\nlines"),
        ("COMPANY", "x" * 81),
        ("REMIND_AFTER", "0"),
        ("REMIND_AFTER", "a day"),
        ("ALERTS_PER_HOUR", "0"),
        ("ALERTS_PER_HOUR", "1001"),
        ("ALERTS_PER_HOUR", "many"),
        ("WEBHOOK_NETWORKS", "0.0.0.0/0"),
        ("WEBHOOK_NETWORKS", "hooks.internal"),
        ("TIMEZONE", "Berlin"),
        ("TIMEZONE", "Europe"),
        ("TIMEZONE", "../etc/passwd"),
        ("LOCALE", "english"),
        ("LOCALE", "EN"),
    ],
)
def test_a_wrong_setting_is_named_with_what_it_takes(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """One line: the variable, what it takes, what it was given."""
    (line,) = _refused(monkeypatch, **{name: value})
    assert line.startswith(f"{PREFIX}{name}: takes {taken_by(name.lower()).what}, not {value[:60]!r}"[:-1])
    assert "\n" not in line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEB_IDENTITY_SECRET", "geheim"),
        ("DATABASE_URL", "mysql://me:geheim@db/fairwell"),
        ("RASA_TRACKER_URL", "geheim"),
    ],
)
def test_a_wrong_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """Errors end up in logs; nor does printing the settings show any secret."""
    lines = _refused(monkeypatch, **{name: value})
    assert lines == (f"{PREFIX}{name}: takes {taken_by(name.lower()).what}",)
    monkeypatch.delenv(f"{PREFIX}{name}")
    shown = repr(
        _load(monkeypatch, DATABASE_URL="postgresql://me:geheim@db/f", WEB_IDENTITY_SECRET="geheim" * 6)
    )
    assert "geheim" not in shown


def test_all_wrong_settings_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to start ten times; what follows from a wrong one is not reported as well."""
    lines = _refused(monkeypatch, PORT="x" * 1000, TIMEZONE="Mars")
    assert [line.split(":")[0] for line in lines] == ["FAIRWELL_PORT", "FAIRWELL_TIMEZONE"]
    assert len(lines[0]) < 150


@pytest.mark.parametrize("bind", ["0.0.0.0", "::", "192.168.1.2", "8.8.8.8"])  # noqa: S104 - the point
def test_the_demo_stays_on_this_machine(monkeypatch: pytest.MonkeyPatch, bind: str) -> None:
    """It shows everybody's mail, so it is refused where others can reach it."""
    (line,) = _refused(monkeypatch, DEMO="1", BIND=bind)
    assert line == f"FAIRWELL_DEMO: takes a loopback FAIRWELL_BIND such as 127.0.0.1, not {bind!r}"
    assert _load(monkeypatch, DEMO="0", BIND=bind).bind == bind


@pytest.mark.parametrize("bind", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_the_demo_runs_on_any_loopback_address(monkeypatch: pytest.MonkeyPatch, bind: str) -> None:
    """All of them are this machine alone."""
    assert _load(monkeypatch, DEMO="1", BIND=bind).demo
    assert is_loopback(bind)


@pytest.mark.parametrize("address", ["[::1]:8056", "localhost:8056", "10.0.0.2:8056"])
def test_the_action_listener_takes_any_address(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Host and port come apart, brackets and all."""
    settings = _load(monkeypatch, ACTIONS_BIND=address)
    assert settings.actions_port == 8056
    assert settings.actions_host == address.rpartition(":")[0].strip("[]")


@pytest.mark.parametrize(
    "url", ["postgresql://me@db/f", "postgresql+psycopg://me@db/f", "sqlite:////srv/f.db"]
)
def test_known_databases_are_taken(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """SQLite by path, PostgreSQL by address."""
    assert _load(monkeypatch, DATABASE_URL=url).database_url == url


def test_the_table_in_the_docs_is_complete_and_true() -> None:
    """Each setting has its row, in order, with what it takes, what it means and its default."""
    rows = re.findall(rf"^\| `{PREFIX}(\w+)` \| (.+?) \| (.+?) \| (.+?) \|$", TABLE.read_text(), re.MULTILINE)
    topics = (
        BillingSettings, ChannelSettings, MailSettings, WebSettings, WidgetSettings, WebhookSettings,
        StaffSettings,
    )  # fmt: skip
    parts = [name for topic in topics for name in topic.model_fields]
    general = [name for name in Settings.model_fields if name not in parts]
    assert [row[0].lower() for row in rows] == general + parts
    for name, takes, default, meaning in rows:
        setting = Settings.model_fields[name.lower()]
        assert (takes, meaning) == (taken_by(name.lower()).what, setting.description)
        if isinstance(setting.default, str) or type(setting.default) is int:
            assert default == f"`{setting.default}`"
