"""Who is writing on Telegram: by their own number, by a link that is good once; and what is never logged."""

from __future__ import annotations

import pytest

from tests.e2e.channels.conftest import Connected
from tests.e2e.channels.dialogue import title
from tests.e2e.channels.platforms import link
from tests.fixtures.telegram.stand_in import User


@pytest.fixture(autouse=True)
def _fresh(webhooks: Connected) -> None:
    """Fresh demo customers."""
    webhooks.instance.reset_demo()


def test_the_phone_number_says_who(webhooks: Connected) -> None:
    """Asked who they are, one's own number is an answer; somebody else's is none."""
    dialogue = webhooks.platform("telegram").somebody()
    user = dialogue.person
    assert isinstance(user, User)
    dialogue.expect(dialogue.say("I want to cancel"), ["verify_ask_email_or_phone"])
    assert user.received()[-1].contact == title("button_share_contact", "en")

    other = dialogue.after(lambda: user.shares_contact("+493023125001", user_id=1))
    dialogue.expect(other, ["contact_of_other"])
    assert webhooks.instance.ledger.status("demo-solo") == {"pro": "active"}

    mine = dialogue.after(lambda: user.shares_contact("493023125001"))
    dialogue.expect(mine, ["cancel_done", "exit_question"])
    assert webhooks.instance.ledger.status("demo-solo") == {"pro": "cancelling"}


def test_a_link_is_good_once_and_for_one(webhooks: Connected) -> None:
    """Used again by the same or by somebody else, made up, or cut off: nobody is signed in by it."""
    platform = webhooks.platform("telegram")
    token = link(webhooks.instance, "demo-solo")
    mine, theirs = platform.somebody(), platform.somebody()
    mine.say(f"/start {token}")
    for given in (token, token[:-1], "x" * 64):
        theirs.expect(theirs.say(f"/start {given}"), ["link_not_good"])
    mine.expect(mine.say(f"/start {token}"), ["link_not_good_but_known"])

    theirs.expect(theirs.say("I want to cancel"), ["verify_ask_email|verify_ask_email_or_phone"])
    mine.expect(mine.say("I want to cancel"), ["cancel_done", "exit_question"])


def test_nothing_secret_is_logged(webhooks: Connected) -> None:
    """No token, no phone number, no link and no text in the app's log."""
    dialogue = webhooks.platform("telegram").customer("demo-solo")
    made = webhooks.instance.cli("link", "telegram", "demo-none")
    assert made.stdout.startswith("https://t.me/fairwell_test_bot?start="), made.stderr
    token = made.stdout.strip().partition("?start=")[2]
    dialogue.say(f"/start {token}")
    dialogue.say("my secret is swordfish")

    log = (webhooks.instance.home / "run" / "app.log").read_text(encoding="utf-8")
    for secret in (webhooks.telegram.token, token, "swordfish", "302312500"):
        assert secret not in log
