"""Slack end to end, on top of the conversations: what only this platform has, and what strangers try."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.e2e.channels.conftest import Connected
from tests.e2e.channels.dialogue import Dialogue, title
from tests.e2e.channels.platforms import TRUSTED, UNTRUSTED
from tests.e2e.instance import Instance
from tests.e2e.waiting import wait_until
from tests.fixtures.slack.deliveries import signature
from tests.fixtures.slack.people import User

#: Longer than Slack waits, shorter than the gateway does.
_SLOW = 10.0


@pytest.fixture(params=["webhooks", "fetching"])
def connected(request: pytest.FixtureRequest) -> Connected:
    """By signed requests, and by Socket Mode; with fresh demo customers."""
    found: Connected = request.getfixturevalue(request.param)
    found.instance.reset_demo()
    return found


def _customer(connected: Connected, ref: str = "demo-solo") -> tuple[Dialogue, User]:
    dialogue = connected.platform("slack").customer(ref)
    assert isinstance(dialogue.person, User)
    return dialogue, dialogue.person


@contextmanager
def _slow_rasa(instance: Instance, seconds: float) -> Iterator[None]:
    """Rasa stands still for so long, as when it is swamped."""
    pid = instance.pid("rasa")
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    timer = threading.Timer(seconds, os.kill, (pid, signal.SIGCONT))
    timer.start()
    try:
        yield
    finally:
        timer.join()


def test_acknowledged_at_once_however_slow_the_answer(connected: Connected) -> None:
    """Slack has its acknowledgement within three seconds although Rasa takes ten; the answer comes later."""
    dialogue, user = _customer(connected)
    dialogue.say("hello")
    began = time.monotonic()
    with _slow_rasa(connected.instance, _SLOW):
        delivery = user.says("I want to cancel")
        assert delivery.wait(3.0)
        acknowledged = time.monotonic() - began
    wait_until(lambda: len(user.received()) == 3, 60, "the answer")

    assert acknowledged < 3
    assert delivery.attempts == 1
    assert len(connected.instance.ledger.operations("demo-solo")) == 1


def test_retries_have_one_effect(connected: Connected) -> None:
    """The same event once more, as after a lost acknowledgement: one effect, one answer."""
    dialogue, user = _customer(connected)
    event = ""

    def cancel() -> None:
        nonlocal event
        event = user.says("I want to cancel").id

    dialogue.expect(dialogue.after(cancel), ["cancel_done", "exit_question"])
    for _ in range(3):
        assert connected.slack.resend(event).wait()
    dialogue.expect(dialogue.say("hello"), ["utter_greet"])

    assert len(user.received()) == 3
    assert len(connected.instance.ledger.operations("demo-solo")) == 1


def test_two_workspaces_with_the_same_user_id(webhooks: Connected) -> None:
    """Not the same person: who is known in one is a stranger in the other, also by a matching address."""
    webhooks.instance.reset_demo()
    mine, user = _customer(webhooks)
    other = webhooks.slack.workspace(UNTRUSTED).user(user.id, email="demo-solo@example.com")
    theirs = Dialogue(webhooks.instance, other)

    theirs.expect(theirs.say("I want to cancel"), ["verify_ask_email"])
    assert webhooks.instance.ledger.status("demo-solo") == {"pro": "active"}
    mine.expect(mine.say("I want to cancel"), ["cancel_done", "exit_question"])
    assert len(other.received()) == 1


@pytest.mark.parametrize(
    ("offset", "tamper"), [(-310, False), (310, False), (0, True)], ids=["old", "future", "altered"]
)
def test_bad_signatures(webhooks: Connected, offset: int, tamper: bool) -> None:
    """Too old, from the future, or altered on the way: 401, and nothing is taken in."""
    _, user = _customer(webhooks)
    event = {
        "type": "message",
        "channel_type": "im",
        "user": user.id,
        "text": "I want to cancel",
        "ts": "1.1",
    }
    body = json.dumps({"type": "event_callback", "team_id": TRUSTED, "event_id": "EvX", "event": event})
    headers = signature(webhooks.slack.signing_secret, body.encode(), time.time() + offset)
    arrived = webhooks.instance.ledger.arrived()

    answer = httpx.post(
        f"{webhooks.instance.url}/channels/slack",
        content=body.replace("cancel", "CANCEL") if tamper else body,
        headers={**headers, "Content-Type": "application/json"},
        trust_env=False,
        timeout=30,
    )

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "unauthorized"
    assert webhooks.instance.ledger.arrived() == arrived


def test_the_slash_command(connected: Connected) -> None:
    """It names the plan, is acknowledged at once, and answered in private."""
    dialogue, user = _customer(connected, "demo-multi")
    command = None

    def type_it() -> None:
        nonlocal command
        command = user.commands("Pro")

    dialogue.expect(dialogue.after(type_it), ["cancel_done", "exit_question"])
    assert command is not None
    assert "direct message" in str(command.answer)
    status = connected.instance.ledger.status("demo-multi")
    assert status == {"basic": "active", "pro": "cancelling", "team": "active"}


def test_a_mention_is_answered_in_private(connected: Connected) -> None:
    """In a channel only they see a note that says where; everything else is said in their direct messages."""
    dialogue, user = _customer(connected)
    heard = dialogue.after(lambda: user.mentions("C0PUBLIC", "I want to cancel"))

    dialogue.expect(heard, ["cancel_done", "exit_question"])
    wait_until(lambda: user.ephemeral, 20, "the note")
    public = [call for call in connected.slack.calls if "C0PUBLIC" in str(call.arguments)]
    assert {call.method for call in public} == {"chat.postEphemeral"}
    assert not any("Pro" in str(call.arguments) for call in public)


def test_the_home_tab(connected: Connected) -> None:
    """One's own plans with a button that cancels; afterwards it shows how they stand now."""
    dialogue, user = _customer(connected)
    user.opens_home()
    wait_until(lambda: "Pro" in json.dumps(user.home() or {}), 20, "the home tab")

    heard = dialogue.after(lambda: user.presses(title("button_cancel_now", "en")))

    dialogue.expect(heard, ["cancel_done", "exit_question"])
    wait_until(lambda: title("button_undo", "en") in json.dumps(user.home()), 20, "the home tab anew")


def test_the_home_tab_of_a_stranger(connected: Connected) -> None:
    """No fact about anybody."""
    dialogue = connected.platform("slack").somebody()
    user = dialogue.person
    assert isinstance(user, User)
    user.opens_home()
    shown = wait_until(lambda: json.dumps(user.home()) if user.home() else "", 20, "the home tab")
    assert "I want to cancel" in shown
    assert "Pro" not in shown


def test_changed_and_deleted_messages(connected: Connected) -> None:
    """Neither does anything, and both are answered; other bots, and ourselves, are not listened to."""
    dialogue, user = _customer(connected)
    dialogue.expect(dialogue.after(lambda: user.edits("hello", "I want to cancel")), ["message_edited"])
    dialogue.expect(dialogue.after(lambda: user.deletes("hello")), ["message_deleted"])
    user.says("I want to cancel", bot_id="B0OTHER").wait()
    assert connected.instance.ledger.status("demo-solo") == {"pro": "active"}
