"""Somebody unknown on a platform: the code from the mail carries out what they had said before."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.e2e.channels.conftest import Connected
from tests.e2e.channels.scripts import CANCEL
from tests.e2e.instance import Instance
from tests.e2e.waiting import wait_until

_ADDRESS = "demo-solo@example.com"
_CODE = re.compile(r"\b\d{6}\b")


def _codes(instance: Instance) -> list[str]:
    """The codes that were mailed, newest first."""
    found = (
        httpx.get(f"{instance.url}/demo/mail", trust_env=False, timeout=30).raise_for_status().json()["mail"]
    )
    mails = [item["text"] for item in found if item["to"] == _ADDRESS]
    return [code[0] for text in mails if (code := _CODE.search(text))]


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", ["telegram", "slack"])
def test_the_code_from_the_mail(webhooks: Connected, name: str, language: str) -> None:
    """An address, a wrong code, the right one, and it is done without asking again."""
    webhooks.instance.reset_demo()
    dialogue = webhooks.platform(name).somebody(language)
    seen = _codes(webhooks.instance)
    wish = CANCEL.en if language == "en" else CANCEL.de
    dialogue.expect(dialogue.say(wish), ["verify_ask_email|verify_ask_email_or_phone"])
    dialogue.expect(dialogue.say(_ADDRESS), ["verify_code_sent"])
    new = wait_until(lambda: [c for c in _codes(webhooks.instance) if c not in seen], 30, "the mail")[0]

    dialogue.expect(dialogue.say(f"{(int(new) + 1) % 1_000_000:06d}"), ["verify_code_wrong"])
    assert webhooks.instance.ledger.status("demo-solo") == {"pro": "active"}
    dialogue.expect(dialogue.say(new), ["cancel_done", "exit_question"])
    assert webhooks.instance.ledger.status("demo-solo") == {"pro": "cancelling"}
