"""Withdrawing, said or pressed again: what was said in time first stays said in time (P4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.subscriptions import Status
from bot.services import withdraw
from tests.fixtures.fakes import START
from tests.unit.services.remote import RemoteWorld
from tests.unit.services.script import BASIC, CODE, LOG_OUT, NO, PRO, TEAM, Replies
from tests.unit.services.world import Chat, World

WITHDRAW = withdraw.handle
NEW: dict[str, Any] = {"anchor": START - timedelta(days=3), "withdrawal_until": START + timedelta(days=1)}


@pytest.fixture(params=[World, RemoteWorld])
def shop(request: pytest.FixtureRequest) -> World:
    """Who withdraws from Eve's or Kim's plans has one more day."""
    made: World = request.param()
    made.customer("eve", PRO, **NEW)
    made.customer("kim", BASIC, TEAM, **NEW)
    return made


def late(shop: World) -> None:
    """The time to withdraw ends."""
    shop.clock.advance(hours=25)


def proves(chat: Chat, email: str = "eve@example.com") -> Replies:
    """Gives an address and its code."""
    return chat.say(chat.ask_code(email), CODE)


def test_said_again_before_the_proof_the_first_time_counts(shop: World) -> None:
    """Said in time is in time: the address took until the next day."""
    chat, declared = shop.chat(), shop.clock.now()
    chat.say("I want my money back", WITHDRAW)
    late(shop)
    chat.say("I want my money back", WITHDRAW)
    chat.press(proves(chat).button("withdraw_now"))
    assert shop.state("eve-pro") is Status.ENDED
    assert shop.receipts("eve")[0].received_at == declared


def test_said_again_however_often_the_first_time_counts(shop: World) -> None:
    """More often than the store shows."""
    chat, declared = shop.chat(), shop.clock.now()
    chat.say("I want my money back", WITHDRAW)
    late(shop)
    for _ in range(21):
        chat.say("I want my money back", WITHDRAW)
    chat.press(proves(chat).button("withdraw_now"))
    assert shop.receipts("eve")[0].received_at == declared


def test_said_again_while_it_is_offered_the_first_time_counts(shop: World) -> None:
    """By who is verified, and by who has to prove it again."""
    chat, declared = shop.chat("eve"), shop.clock.now()
    chat.say("I withdraw", WITHDRAW)
    late(shop)
    chat.say("I withdraw", WITHDRAW)
    again = proves(chat)
    assert again.names == chat.say("I withdraw", WITHDRAW).names == ["withdraw_now", "keep"]
    chat.press(again.button("withdraw_now"))
    assert shop.receipts("eve")[0].received_at == declared


def test_pressed_when_the_proof_has_ended_it_counts_from_when_it_was_said(shop: World) -> None:
    """The press asks who is there, and declares nothing anew."""
    chat, declared = shop.chat("eve"), shop.clock.now()
    asked = chat.say("I withdraw", WITHDRAW)
    late(shop)
    assert "e-mail" in chat.press(asked.button("withdraw_now")).text
    assert len(chat.declarations) == 1
    chat.press(proves(chat).button("withdraw_now"))
    assert shop.receipts("eve")[0].received_at == declared


def test_a_plan_named_later_counts_from_the_first_time_too(shop: World) -> None:
    """Only that one is offered; at first none was named, so it was meant as well."""
    chat, declared = shop.chat("kim"), shop.clock.now()
    chat.say("I withdraw", WITHDRAW)
    shop.clock.advance(hours=1)
    offered = chat.say("I withdraw from the Team plan", WITHDRAW)
    assert offered.names == ["withdraw_now", "keep"]
    chat.press(offered.button("withdraw_now"))
    assert shop.state("kim-team") is Status.ENDED
    assert shop.receipts("kim")[0].received_at == declared


def test_another_plan_counts_from_when_it_was_named(shop: World) -> None:
    """Nobody is told to have declared on Monday what they said on Tuesday."""
    chat = shop.chat("kim")
    chat.say("I withdraw from the Team plan", WITHDRAW)
    late(shop)
    chat.say("I withdraw from the Basic plan", WITHDRAW)
    assert "ended on" in proves(chat, "kim@example.com").text
    again = chat.say("I withdraw", WITHDRAW)
    assert again.names == ["withdraw_now", "keep"]
    chat.press(again.button("withdraw_now"))
    assert (shop.state("kim-basic"), shop.state("kim-team")) == (Status.ACTIVE, Status.ENDED)


def test_each_of_two_buttons_keeps_its_own_time(shop: World) -> None:
    """The second is pressed when it would be too late to say it."""
    chat = shop.chat("kim")
    said = [shop.clock.now(), shop.clock.now() + timedelta(hours=1)]
    chat.say("I withdraw from the Team plan", WITHDRAW)
    shop.clock.advance(hours=1)
    both = chat.say("I withdraw", WITHDRAW)
    assert both.titles[::2] == ["Withdraw from Basic", "Withdraw from Team"]
    chat.press(both.button("withdraw_now", 1))
    shop.clock.advance(hours=23, minutes=30)
    chat.verify("kim@example.com")
    chat.press(both.button("withdraw_now", 0))
    assert [item.received_at for item in shop.receipts("kim")] == said


def test_what_was_kept_begins_anew(shop: World) -> None:
    """Taken back is taken back: later it is too late."""
    chat = shop.chat("eve")
    asked = chat.say("I withdraw", WITHDRAW)
    chat.press(asked.button("keep"))
    late(shop)
    chat.say("I withdraw", WITHDRAW)
    assert "ended on" in proves(chat).text
    chat.say("no", NO)
    assert shop.ledger("eve") == []


def test_what_another_said_here_in_time_counts_for_nobody_else(shop: World) -> None:
    """P3: Kim's withdrawal of yesterday is not Eve's."""
    chat = shop.chat("kim")
    chat.say("I withdraw", WITHDRAW)
    chat.say("log me out here", LOG_OUT)
    late(shop)
    chat.say("I withdraw", WITHDRAW)
    assert "ended on" in proves(chat).text


def test_the_button_of_another_offers_nothing(shop: World) -> None:
    """P3: it is pressed when Kim has logged out, and Eve proves to be there."""
    chat = shop.chat("kim")
    asked = chat.say("I withdraw from the Team plan", WITHDRAW)
    chat.say("log me out here", LOG_OUT)
    chat.press(asked.button("withdraw_now"))
    said = proves(chat)
    assert "Team" not in said.text
    assert shop.ledger("kim") == []
