"""P4: what a link that is opened does about a wish to cancel from before."""

from __future__ import annotations

from bot.domain.conversations import Awaiting
from bot.services import identity
from tests.unit.services.script import CANCEL, END_DATE
from tests.unit.services.world import World


def link(world: World, customer: str = "ada", purpose: str = "telegram") -> str:
    """A link's token, made by the company's server."""
    return identity.issue_link(world.deps, purpose, customer).token


def test_a_wish_from_before_a_link_is_offered_and_not_carried_out(world: World) -> None:
    """P4: another sign-in than the one it asked for; [Cancel now] carries it out with its own time."""
    chat = world.chat_at("77")
    said_at = world.clock.now()
    chat.say("I want to cancel", CANCEL)
    world.clock.advance(minutes=3)
    offered = chat.open_link(link(world))
    assert "You asked to cancel on 10 March 2026, 10:30" in offered.text
    assert offered.names == ["cancel_now", "keep"]
    assert world.ledger("ada") == []
    chat.press(offered.button("cancel_now"))
    assert [item.received_at for item in world.receipts("ada")] == [said_at]


def test_a_link_of_somebody_else_carries_no_ones_wish_out(world: World) -> None:
    """P4: Max was asked which; Ada's link is opened in the same chat. What Max wished is not even offered."""
    chat = world.linked("max", "77")
    asked = chat.say("I want to cancel", CANCEL)
    said = chat.open_link(link(world))
    assert "Thank you, it's you" in said.text
    assert "cancel_all" not in said.names
    chat.press(asked.button("cancel_all"))
    chat.press(asked.button("cancel:pro"))
    assert world.ledger("max") == []
    assert all(receipt.received_at == world.clock.now() for receipt in world.receipts("ada"))


def test_a_bad_link_leaves_the_open_question_as_it_was(world: World) -> None:
    """P4: the address was asked for to carry a wish out, and still is."""
    chat = world.chat_at("77")
    said_at = world.clock.now()
    chat.say("I want to cancel", CANCEL)
    world.clock.advance(minutes=1)
    chat.open_link("nonsense")
    assert chat.state.awaiting is Awaiting.EMAIL
    assert chat.verify("ada@example.com").kinds[0] == "receipt"
    assert [item.received_at for item in world.receipts("ada")] == [said_at]


def test_a_bad_link_turns_no_other_question_into_one_for_the_wish(world: World) -> None:
    """P4: the address was asked for another reason meanwhile; so the wish is offered, not carried out."""
    chat = world.chat_at("77")
    chat.say("I want to cancel", CANCEL)
    chat.say("when would it end?", END_DATE)
    chat.open_link("nonsense")
    assert chat.verify("ada@example.com").names == ["cancel_now", "keep"]
    assert world.ledger("ada") == []
