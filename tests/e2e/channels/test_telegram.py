"""Telegram end to end, on top of the conversations: what only this platform has, and what strangers try."""

from __future__ import annotations

import json
import re

import httpx
import pytest

from tests.e2e.channels.conftest import Connected
from tests.e2e.channels.dialogue import Dialogue, title
from tests.e2e.waiting import wait_until
from tests.fixtures.telegram import updates
from tests.fixtures.telegram.stand_in import TelegramStandIn, User
from tests.fixtures.telegram.stand_in_state import Call

_SECRET = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture(autouse=True)
def _fresh(webhooks: Connected) -> None:
    """Fresh demo customers."""
    webhooks.instance.reset_demo()


@pytest.fixture
def telegram(webhooks: Connected) -> TelegramStandIn:
    """Telegram."""
    assert isinstance(webhooks.telegram, TelegramStandIn)
    return webhooks.telegram


def _customer(webhooks: Connected, ref: str = "demo-solo", language: str = "en") -> tuple[Dialogue, User]:
    dialogue = webhooks.platform("telegram").customer(ref, language)
    assert isinstance(dialogue.person, User)
    return dialogue, dialogue.person


@pytest.mark.parametrize("secret", [None, "", "wrong", "Wäre es das?".encode()], ids=repr)
def test_a_forged_webhook_has_no_effect(webhooks: Connected, secret: str | bytes | None) -> None:
    """Without Telegram's secret, with a wrong or an empty one: 401, and nothing is taken in."""
    _, user = _customer(webhooks)
    arrived = webhooks.instance.ledger.arrived()
    forged = updates.written(9_000_001, text="I want to cancel", chat={"id": user.id, "type": "private"})
    forged["message"]["from"] = user.who

    given = secret if isinstance(secret, bytes) else (secret or "").encode()
    headers = {} if secret is None else {_SECRET.encode(): given}
    url = f"{webhooks.instance.url}/channels/telegram"
    answer = httpx.post(url, json=forged, headers=headers, trust_env=False, timeout=30)

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "unauthorized"
    assert webhooks.instance.ledger.arrived() == arrived
    assert webhooks.instance.ledger.status("demo-solo") == {"pro": "active"}


def test_the_same_update_twenty_times(webhooks: Connected, telegram: TelegramStandIn) -> None:
    """One effect, one answer."""
    dialogue, user = _customer(webhooks)
    number = 0

    def cancel() -> None:
        nonlocal number
        number = user.says("I want to cancel")

    dialogue.expect(dialogue.after(cancel), ["cancel_done", "exit_question"])
    read = len(user.received())

    for _ in range(20):
        telegram.resend(number)
    telegram.wait(lambda: not telegram.unconfirmed())
    dialogue.expect(dialogue.say("hello"), ["utter_greet"])

    assert len(user.received()) == read + 1
    assert len(webhooks.instance.ledger.operations("demo-solo")) == 1


def test_every_kind_of_update_passes(webhooks: Connected, telegram: TelegramStandIn) -> None:
    """Each kind the Bot API documents, and what nobody should send: taken, answered if it is for us."""
    secret = (webhooks.instance.home / "keys" / "telegram-webhook.secret").read_text("ascii").strip()
    refused = []
    # Others talk to the same installation, and stop its Rasa: what they brought about is theirs.
    log_file = webhooks.instance.home / "run" / "app.log"
    before = len(log_file.read_text(encoding="utf-8"))
    with httpx.Client(headers={_SECRET: secret}, trust_env=False, timeout=30) as client:
        for number, update in enumerate(updates.everything(), start=700_001):
            telegram.user(number)
            # Each from somebody else: one person is slowed down after twenty messages a minute.
            body = json.dumps(update).replace('"id": 77', f'"id": {number}')
            body = body.replace('"user_id": 77', f'"user_id": {number}').replace("1001", str(number))
            answer = client.post(f"{webhooks.instance.url}/channels/telegram", content=body)
            if answer.status_code != (200 if isinstance(update, dict) else 400):
                refused.append((answer.status_code, body))
    assert refused == []

    wait_until(lambda: webhooks.instance.ledger.waiting() == 0, 240, "all answered")
    wait_until(lambda: webhooks.instance.ledger.on_their_way() == 0, 60, "all delivered")
    log = log_file.read_text(encoding="utf-8")[before:]
    for fault in ("worker_failed", "request_failed", "delivery_failed", "turn_failed"):
        assert fault not in log


def test_a_group_never_sees_anything_personal(webhooks: Connected, telegram: TelegramStandIn) -> None:
    """Spoken to in a group, even by a verified customer, it says where to go, and keeps nothing of it."""
    dialogue, user = _customer(webhooks)
    group = telegram.group()

    def speak() -> None:
        user.says_in(
            group, "/cancel@fairwell_test_bot", entities=[{"type": "bot_command", "offset": 0, "length": 25}]
        )

    dialogue.after(speak)
    telegram.wait(lambda: bool([call for call in telegram.called("sendMessage") if _to(call) == group["id"]]))

    (sent,) = [call.params for call in telegram.called("sendMessage") if _to(call) == group["id"]]
    assert "private" in sent["text"]
    assert "Pro" not in str(sent)
    assert "https://t.me/fairwell_test_bot" in str(sent["reply_markup"])
    assert webhooks.instance.ledger.status("demo-solo") == {"pro": "active"}


def test_the_bot_introduces_itself(telegram: TelegramStandIn) -> None:
    """Commands and descriptions in both languages, and a webhook with a secret and an order."""
    telegram.wait(lambda: len(telegram.called("setMyShortDescription")) >= 2)
    commands = [call.params for call in telegram.called("setMyCommands")]
    assert {item.get("language_code") for item in commands} >= {None, "de"}
    for name in ("cancel", "help", "language", "logout"):
        assert f'"{name}"' in str(commands[0]["commands"]).replace("'", '"')
    hook = telegram.called("setWebhook")[-1].params
    assert hook["secret_token"]
    assert int(hook["max_connections"]) == 1


@pytest.mark.parametrize("language", ["en", "de"])
def test_commands(webhooks: Connected, language: str) -> None:
    """The four commands, as if they had been said."""
    dialogue, _ = _customer(webhooks, language=language)
    dialogue.expect(dialogue.say("/help"), ["utter_help"])
    dialogue.expect(dialogue.say("/language"), ["language_which"])
    dialogue.expect(dialogue.say("/cancel"), ["cancel_done", "exit_question"])
    dialogue.expect(dialogue.say("/logout"), ["logged_out"])


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_is_no_text(webhooks: Connected, language: str) -> None:
    """Photos, voice and stickers, changed messages, and a caption, which is a text after all."""
    dialogue, user = _customer(webhooks, language=language)
    size = {"file_id": "f", "file_unique_id": "u", "width": 90, "height": 60}
    file = {"file_id": "f", "file_unique_id": "u"}
    sticker = {**size, "type": "regular", "is_animated": False, "is_video": False}
    for content in ({"photo": [size]}, {"voice": {**file, "duration": 3}}, {"sticker": sticker}):
        heard = dialogue.after(lambda content=content: user.sends(**content))  # type: ignore[misc]  # bound now
        dialogue.expect(heard, ["attachment_not_read"])
    dialogue.expect(dialogue.after(lambda: user.edits(1, "I want to cancel")), ["message_edited"])
    caption = "I want to cancel" if language == "en" else "Ich möchte kündigen"
    heard = dialogue.after(lambda: user.sends(photo=[size], caption=caption))
    dialogue.expect(heard, ["cancel_done", "exit_question"])


def test_a_button_is_answered_and_marked(webhooks: Connected, telegram: TelegramStandIn) -> None:
    """The keyboard shows what was chosen, and a second press of it does nothing more."""
    dialogue, user = _customer(webhooks)
    receipt = dialogue.say("I want to cancel")[0]
    token = dict(receipt.buttons)[title("button_undo", "en")]
    answered = len(telegram.called("answerCallbackQuery"))

    dialogue.expect(dialogue.press("button_undo"), ["undo_done"])

    message = next(item for item in user.received() if item.text == receipt.text)
    telegram.wait(lambda: any("✓" in text for text, _ in user.buttons_now(message)))
    assert len(telegram.called("answerCallbackQuery")) > answered
    dialogue.after(lambda: user.presses(token, message))
    assert len(webhooks.instance.ledger.operations("demo-solo")) == 2


def test_asked_to_wait_it_waits(webhooks: Connected, telegram: TelegramStandIn) -> None:
    """429 with `retry_after` is respected, and nothing overtakes."""
    dialogue, user = _customer(webhooks)
    telegram.fail_next("sendMessage", 429, {"retry_after": 2})
    heard = dialogue.say("I want to cancel")

    dialogue.expect(heard, ["cancel_done", "exit_question"])
    tries = [call for call in telegram.called("sendMessage") if _to(call) == user.id]
    assert (tries[-2].at - tries[-3].at).total_seconds() >= 2


def test_who_blocked_the_bot_is_a_dead_letter(webhooks: Connected, telegram: TelegramStandIn) -> None:
    """It is listed with the reason, and sent once they let the bot in again."""
    dialogue, user = _customer(webhooks)
    telegram.block(user)
    dialogue.say("hello")
    listed = webhooks.instance.cli("deliveries").stdout
    assert "dead" in listed
    ref = re.search(r"c_\w+:\d+", listed)
    assert ref is not None

    telegram.block(user, False)
    read = len(user.received())
    assert webhooks.instance.cli("deliveries", "resend", ref[0]).returncode == 0
    wait_until(lambda: len(user.received()) == read + 1, 30, "the dead letter")
    assert "Everything was delivered" in webhooks.instance.cli("deliveries").stdout


def _to(call: Call) -> int:
    return int(call.params["chat_id"])
