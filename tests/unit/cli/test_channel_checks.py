"""What `fairwell doctor` says of Telegram and Slack, whatever they answer; and that it says no token."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.settings import PREFIX, Settings
from cli import channel_checks
from cli.checks import Finding

TELEGRAM_TOKEN = "1234567890:AAtelegramTokenOfTheTests"
BOT_TOKEN, APP_TOKEN = "xoxb-bot-token-of-the-tests", "xapp-app-token-of-the-tests"
SIGNING, CLIENT = "signing-secret-of-the-tests", "client-secret-of-the-tests"
SECRETS = (TELEGRAM_TOKEN, BOT_TOKEN, APP_TOKEN, SIGNING, CLIENT)
PUBLIC = "https://leave.example.com"
WEBHOOK = f"{PUBLIC}/channels/telegram"
SCOPES = "chat:write,im:history,app_mentions:read,commands"
BY_TOKEN: dict[str, Any] = {"telegram_token": TELEGRAM_TOKEN}
BOTH: dict[str, Any] = {"slack_app_token": APP_TOKEN, "slack_bot_token": BOT_TOKEN}
ME = {"ok": True, "result": {"id": 1, "username": "lantern_bot"}}
LANTERN = {"ok": True, "team": "Lantern", "team_id": "T0LANTERN"}


@dataclass
class Platforms:
    """Stands in for whatever is called: answers by the method an address ends with."""

    answers: dict[str, object] = field(default_factory=dict)
    scopes: str = SCOPES
    healthz: int | Exception = 200
    called: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)

    def post(self, url: str, *, headers: dict[str, str], **_: object) -> httpx.Response:
        """A method of theirs."""
        method = url.rpartition("/")[2]
        self.called.append(method)
        self.shown.append(headers.get("Authorization", ""))
        answer = self.answers.get(method, httpx.ConnectError(f"no way to {url}"))
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, str):
            return httpx.Response(502, text=answer)
        return httpx.Response(200, json=answer, headers={"x-oauth-scopes": self.scopes})

    def get(self, url: str, **_: object) -> httpx.Response:
        """Our own public address."""
        self.called.append(url)
        if isinstance(self.healthz, Exception):
            raise self.healthz
        return httpx.Response(self.healthz)


@pytest.fixture
def platforms(monkeypatch: pytest.MonkeyPatch) -> Platforms:
    """Both platforms away, until a test says what they answer; nothing in the environment counts."""
    for name in os.environ:
        if name.upper().startswith(PREFIX):
            monkeypatch.delenv(name)
    made = Platforms()
    monkeypatch.setattr(httpx, "post", made.post)
    monkeypatch.setattr(httpx, "get", made.get)
    return made


def _webhook(url: str, waiting: int = 0, **more: object) -> dict[str, object]:
    return {"ok": True, "result": {"url": url, "pending_update_count": waiting, **more}}


def _told(topic: str, tmp_path: Path, **settings: Any) -> list[Finding]:
    """The lines of one topic. Whatever else a test is about, none of them may hold a secret."""
    check = {"telegram": channel_checks.telegram, "slack": channel_checks.slack}[topic]
    found = list(check(Settings(home=tmp_path, **settings)))
    assert {item.topic for item in found} == {topic}
    assert not any(secret in item.text for item in found for secret in SECRETS)
    return found


def _states(found: list[Finding]) -> list[str]:
    return [item.state for item in found]


@pytest.mark.parametrize("topic", ["telegram", "slack"])
def test_what_is_not_connected_is_off(topic: str, platforms: Platforms, tmp_path: Path) -> None:
    """Not a fault, and nobody is called; the line says where to read on."""
    (line,) = _told(topic, tmp_path)

    assert line.state == "off"
    assert f"docs/connect-{topic}.md" in line.text
    assert platforms.called == []


def test_telegram_by_polling(platforms: Platforms, tmp_path: Path) -> None:
    """Whose token it is, and how many updates wait; nobody has to reach us."""
    platforms.answers = {"getMe": ME, "getWebhookInfo": _webhook("", waiting=2)}
    found = _told("telegram", tmp_path, **BY_TOKEN)

    assert _states(found) == ["ok", "ok"]
    assert "@lantern_bot" in found[0].text
    assert "2 updates wait" in found[1].text
    assert platforms.called == ["getMe", "getWebhookInfo"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (httpx.ConnectError(f"no way to /bot{TELEGRAM_TOKEN}/getMe"), "does not answer"),
        (httpx.InvalidURL(f"odd: /bot{TELEGRAM_TOKEN}"), "does not answer"),
        ("<html>Bad gateway</html>", "does not answer"),
        (["not", "an", "object"], "does not answer"),
        ({"ok": False, "error_code": 401, "description": "Unauthorized"}, "@BotFather"),
    ],
)
def test_telegram_that_does_not_know_the_bot(
    answer: object, said: str, platforms: Platforms, tmp_path: Path
) -> None:
    """Away, or a token it refuses: one line says what to do, and of the rest nothing is claimed."""
    platforms.answers = {"getMe": answer}
    (line,) = _told("telegram", tmp_path, **BY_TOKEN)
    assert (line.state, said in line.text) == ("bad", True)

    platforms.answers = {"getMe": ME, "getWebhookInfo": answer}
    assert _states(_told("telegram", tmp_path, **BY_TOKEN)) == ["ok", "bad"]


def test_a_webhook_stands_in_the_way_of_polling(platforms: Platforms, tmp_path: Path) -> None:
    """It is named; the token that many a bot has in that address is not."""
    address = f"https://other.example/{TELEGRAM_TOKEN}"
    platforms.answers = {"getMe": ME, "getWebhookInfo": _webhook(address)}
    _, line = _told("telegram", tmp_path, **BY_TOKEN)
    assert line.state == "bad"
    assert "https://other.example/…" in line.text


@pytest.mark.parametrize(
    ("info", "said"),
    [
        (_webhook(""), "updates go nowhere"),
        (_webhook("https://other.example/hook"), "updates go to https://other.example/hook"),
        (_webhook(WEBHOOK, 3, last_error_message="Connection refused"), "Connection refused; 3 updates"),
    ],
)
def test_a_webhook_that_does_not_work(
    info: dict[str, object], said: str, platforms: Platforms, tmp_path: Path
) -> None:
    """Not registered, somebody else's, or out of Telegram's reach: said in Telegram's own words."""
    platforms.answers = {"getMe": ME, "getWebhookInfo": info}
    found = _told("telegram", tmp_path, **BY_TOKEN, public_url=PUBLIC)
    assert _states(found) == ["ok", "bad", "ok"]
    assert said in found[1].text


@pytest.mark.parametrize(
    ("address", "healthz", "said"),
    [
        (PUBLIC, 200, "leads to an app that is alive"),
        (PUBLIC, 503, "/healthz answers 503"),
        (PUBLIC, httpx.ConnectError("no such name"), "can't be reached (ConnectError)"),
        ("http://leave.example.com", 200, "webhooks need https"),
    ],
)
def test_telegram_by_webhook(
    address: str, healthz: int | Exception, said: str, platforms: Platforms, tmp_path: Path
) -> None:
    """Registered at our address; what can't be reached from here is out of Telegram's reach as well."""
    platforms.answers = {"getMe": ME, "getWebhookInfo": _webhook(f"{address}/channels/telegram")}
    platforms.healthz = healthz
    by_webhook = {"telegram_mode": "webhook", "public_url": address}

    found = _told("telegram", tmp_path, **BY_TOKEN, **by_webhook)

    assert _states(found) == ["ok", "ok", "ok" if "alive" in said else "bad"]
    assert said in found[2].text


def test_slack_by_socket_mode(platforms: Platforms, tmp_path: Path) -> None:
    """The connection opens, the bot token has its scopes; each token is shown only where it belongs."""
    opened = {"ok": True, "url": "wss://example/ticket"}
    platforms.answers = {"apps.connections.open": opened, "auth.test": LANTERN}
    found = _told("slack", tmp_path, **BOTH)

    assert _states(found) == ["ok", "ok", "ok"]
    assert "Lantern (T0LANTERN)" in found[1].text
    assert platforms.shown == [f"Bearer {APP_TOKEN}", f"Bearer {BOT_TOKEN}"]
    assert "wss://" not in "".join(item.text for item in found)


def test_slack_that_takes_neither_token(platforms: Platforms, tmp_path: Path) -> None:
    """Away, or refused: then each line names the setting and Slack's word for it."""
    found = _told("slack", tmp_path, **BOTH)
    assert _states(found) == ["bad", "bad"]
    assert all("does not answer" in item.text for item in found)

    refused = {"ok": False, "error": "invalid_auth"}
    platforms.answers = {"apps.connections.open": refused, "auth.test": refused}
    found = _told("slack", tmp_path, **BOTH)
    assert _states(found) == ["bad", "bad"]
    for line, setting in zip(found, ("SLACK_APP_TOKEN", "SLACK_BOT_TOKEN"), strict=True):
        assert f"FAIRWELL_{setting}: invalid_auth" in line.text


def test_slack_by_http(platforms: Platforms, tmp_path: Path) -> None:
    """Events come to our address; whether it leads here is looked at."""
    platforms.answers = {"auth.test": LANTERN}

    by_http = {"slack_signing_secret": SIGNING, "slack_bot_token": BOT_TOKEN, "public_url": PUBLIC}
    found = _told("slack", tmp_path, **by_http)

    assert _states(found) == ["ok", "ok", "ok", "ok"]
    assert f"{PUBLIC}/channels/slack" in found[0].text


def test_scopes_that_are_missing_are_named(platforms: Platforms, tmp_path: Path) -> None:
    """Those of profiles are needed only where profiles are trusted."""
    platforms.answers = {"apps.connections.open": {"ok": True}, "auth.test": LANTERN}
    found = _told("slack", tmp_path, **BOTH, slack_trusted_workspaces="T0LANTERN")
    assert _states(found) == ["ok", "ok", "bad", "ok"]
    assert "missing: users:read, users:read.email;" in found[2].text
    assert "T0LANTERN" in found[3].text

    platforms.scopes = "commands, chat:write"
    missing = _told("slack", tmp_path, **BOTH)[2]
    assert (missing.state, "app_mentions:read, im:history;" in missing.text) == ("bad", True)


@pytest.mark.parametrize(
    ("settings", "state", "said"),
    [
        ({}, "bad", "there is no way to answer"),
        ({"slack_client_id": "1.2"}, "bad", "FAIRWELL_SLACK_CLIENT_SECRET"),
        ({"slack_client_secret": CLIENT}, "bad", "FAIRWELL_SLACK_CLIENT_ID"),
        ({"slack_client_id": "1.2", "slack_client_secret": CLIENT}, "ok", "/channels/slack/install"),
    ],
)
def test_slack_without_a_bot_token(
    settings: dict[str, str], state: str, said: str, platforms: Platforms, tmp_path: Path
) -> None:
    """Workspaces bring their own by OAuth, which takes both of its settings."""
    platforms.answers = {"apps.connections.open": {"ok": True}}
    found = _told("slack", tmp_path, slack_app_token=APP_TOKEN, **settings)

    assert _states(found) == ["ok", state]
    assert said in found[1].text
