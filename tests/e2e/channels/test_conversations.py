"""Every conversation of the product on both platforms, in both languages, by real servers and a real bot."""

from __future__ import annotations

import pytest

from tests.e2e.channels.conftest import Connected
from tests.e2e.channels.platforms import Platform
from tests.e2e.channels.scripts import SCRIPTS, Say, Script

_EVERY = pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
_LANGUAGES = pytest.mark.parametrize("language", ["en", "de"])
#: By the other way in each is had in one language: what a message says does not depend on how it came.
_ALTERNATELY = [
    pytest.param(script, ("en", "de")[place % 2], id=script.name) for place, script in enumerate(SCRIPTS)
]
_PLATFORMS = pytest.mark.parametrize("name", ["telegram", "slack"])


def _talk(platform: Platform, script: Script, language: str) -> None:
    platform.instance.reset_demo()
    dialogue = (
        platform.customer(script.customer, language) if script.customer else platform.somebody(language)
    )
    for step in script.steps:
        if isinstance(step.act, Say):
            heard = dialogue.say(step.act.en if language == "en" else step.act.de)
        else:
            heard = dialogue.press(step.act.name, **step.act.values)
        dialogue.expect(heard, step.heard)


@_EVERY
@_LANGUAGES
@_PLATFORMS
def test_fetched(fetching: Connected, name: str, language: str, script: Script) -> None:
    """Telegram by long polling from telegram-test-api, Slack by Socket Mode."""
    _talk(fetching.platform(name), script, language)


@pytest.mark.parametrize(("script", "language"), _ALTERNATELY)
@_PLATFORMS
def test_sent_by_webhook(webhooks: Connected, name: str, language: str, script: Script) -> None:
    """Both by webhooks in the shapes their vendors document, with secret and signature."""
    _talk(webhooks.platform(name), script, language)
