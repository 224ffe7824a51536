"""Fixtures: one installation that fetches from its platforms, and one that is sent webhooks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.e2e.channels.dialogue import Person
from tests.e2e.channels.platforms import TRUSTED, UNTRUSTED, Platform
from tests.e2e.instance import Instance
from tests.fixtures import npm
from tests.fixtures.slack.stand_in import SlackStandIn
from tests.fixtures.telegram.emulator import TelegramEmulator
from tests.fixtures.telegram.stand_in import TelegramStandIn

#: Kept between runs: installing it takes longer than the tests.
EMULATOR = Path("var/test-tools/telegram-emulator").absolute()


@dataclass(frozen=True)
class Connected:
    """An installation, and the two platforms it talks to."""

    instance: Instance
    telegram: TelegramEmulator | TelegramStandIn
    slack: SlackStandIn

    def platform(self, name: str) -> Platform:
        """The way to one of the two."""
        opens = self._telegram if name == "telegram" else self._slack
        return Platform(name, self.instance, opens, signed_in_by_link=name == "telegram")

    def _telegram(self, number: int, language: str, email: str) -> Person:
        return self.telegram.user(number, "Ada", language)

    def _slack(self, number: int, language: str, email: str) -> Person:
        return self.slack.workspace(TRUSTED).user(f"U{number}", email=email)


def _slack_settings(slack: SlackStandIn) -> dict[str, str]:
    return {"FAIRWELL_SLACK_API_URL": slack.url, "FAIRWELL_SLACK_TRUSTED_WORKSPACES": TRUSTED}


def _install(instance: Instance, slack: SlackStandIn, team: str) -> None:
    """An admin agrees to the app, and Slack sends their browser back."""
    away = httpx.get(f"{instance.url}/channels/slack/install", trust_env=False, timeout=30)
    assert away.status_code == 302, away.text
    state = parse_qs(urlsplit(away.headers["location"]).query)["state"][0]
    back = httpx.get(
        f"{instance.url}/channels/slack/oauth",
        params={"state": state, "code": slack.agree(slack.workspace(team))},
        # A browser would not send it back over http: on the way to a real Slack there is https.
        headers={"Cookie": away.headers["set-cookie"].partition(";")[0]},
        trust_env=False,
        timeout=30,
    )
    assert back.status_code == 200, back.text


@pytest.fixture(scope="session")
def fetching(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[Connected]:
    """Long polling from an emulator by others, and Socket Mode: what works without a public address."""
    if not npm.available():
        pytest.skip("telegram-test-api: needs Node and npm")
    with ExitStack() as stack:
        telegram = stack.enter_context(TelegramEmulator(EMULATOR))
        slack = stack.enter_context(SlackStandIn())
        settings = _slack_settings(slack) | {
            "FAIRWELL_SLACK_APP_TOKEN": slack.app_token,
            "FAIRWELL_SLACK_BOT_TOKEN": slack.workspace(TRUSTED).bot_token,
            "FAIRWELL_TELEGRAM_TOKEN": telegram.token,
            "FAIRWELL_TELEGRAM_API_URL": telegram.url,
        }
        instance = Instance(tmp_path_factory.mktemp("fetching"), models, settings=settings)
        yield Connected(stack.enter_context(instance.running()), telegram, slack)


@pytest.fixture(scope="session")
def webhooks(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[Connected]:
    """Webhooks of both platforms, sent by stand-ins of ours that know what the emulator does not.

    Two workspaces have installed the Slack app by OAuth.
    """
    with ExitStack() as stack:
        telegram, slack = stack.enter_context(TelegramStandIn()), stack.enter_context(SlackStandIn())
        settings = _slack_settings(slack) | {
            "FAIRWELL_SLACK_SIGNING_SECRET": slack.signing_secret,
            "FAIRWELL_SLACK_CLIENT_ID": slack.client_id,
            "FAIRWELL_SLACK_CLIENT_SECRET": slack.client_secret,
            "FAIRWELL_TELEGRAM_TOKEN": telegram.token,
            "FAIRWELL_TELEGRAM_API_URL": telegram.url,
            "FAIRWELL_TELEGRAM_MODE": "webhook",
        }
        instance = Instance(tmp_path_factory.mktemp("webhooks"), models, settings=settings)
        slack.use_http(f"{instance.url}/channels/slack")
        stack.enter_context(instance.running())
        for team in (TRUSTED, UNTRUSTED):
            _install(instance, slack, team)
        yield Connected(instance, telegram, slack)
