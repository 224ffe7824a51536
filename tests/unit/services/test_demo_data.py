from __future__ import annotations

from dataclasses import replace

import pytest

from bot.billing.demo import demo_book
from bot.services import demo
from tests.unit.services.script import BERLIN, CANCEL, EMAIL, END_DATE
from tests.unit.services.world import World


def test_the_demo_can_be_put_back(world: World) -> None:
    """`fairwell demo reset`: everything as it was, old demo receipts gone, nobody else touched."""
    data = demo_book(world.clock.now(), BERLIN)
    demo.ensure(world.deps, data)
    world.chat("demo-solo").say("cancel", CANCEL)
    world.chat("ada").say("cancel", CANCEL)
    demo.ensure(world.deps, data)
    assert len(world.ledger("demo-solo")) == 1
    demo.reset(world.deps, data)
    assert world.ledger("demo-solo") == []
    assert world.chat("demo-solo").say("cancel", CANCEL).kinds == ["receipt", "exit_question"]
    assert len(world.receipts("ada")) == 1


def test_demo_addresses_get_codes_again(world: World) -> None:
    """Who tries it out often is slowed like anybody; a reset begins anew, for the demo's addresses only."""
    data = demo_book(world.clock.now(), BERLIN)
    demo.reset(world.deps, data)
    email = data.customers[0].email
    for address in (email, "ada@example.com"):
        for _ in range(12):
            asked_for(world, address)
    assert (asked_for(world, email), asked_for(world, "ada@example.com")) == (0, 0)
    demo.reset(world.deps, data)
    assert (asked_for(world, email), asked_for(world, "ada@example.com")) == (1, 0)


def asked_for(world: World, email: str) -> int:
    """Asks for a code in a chat of its own; returns how many mails that makes."""
    world.mails()
    chat = world.chat()
    chat.say("when does it end?", END_DATE)
    chat.say(email, EMAIL)
    return len(world.mails())


def test_who_left_before_the_demo_began_has_a_receipt(world: World) -> None:
    """`demo-ended`: said in the last period, well before its end."""
    demo.reset(world.deps, demo_book(world.clock.now(), BERLIN))
    told = world.chat("demo-ended").say("cancel", CANCEL)
    assert "already cancelled and ended on" in told.text
    receipt = world.receipts("demo-ended")[0]
    assert receipt.received_at < receipt.effective_at < world.clock.now()


def test_demo_data_may_not_name_anybody_else(world: World) -> None:
    """A customer of the company's is never reset."""
    data = demo_book(world.clock.now(), BERLIN)
    with pytest.raises(ValueError, match="demo customers only"):
        demo.reset(world.deps, replace(data, customers=(*data.customers, world.customer("ada"))))
