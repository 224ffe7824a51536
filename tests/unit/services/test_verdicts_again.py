from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.conversations import Author
from bot.services.verdicts import Judgement
from tests.fixtures.builders import message
from tests.unit.services.answering import Answering
from tests.unit.services.script import CANCEL, DAY_PASS
from tests.unit.services.staffed import Staffed
from tests.unit.services.test_verdicts import ALL, altered, cancelled, judged, of
from tests.unit.services.world import Chat, World


def broken(world: World, chat: Chat) -> set[str]:
    """The promises that were not kept."""
    found = judged(world, of(world, chat))
    return {name for name, item in found.items() if item.judgement is Judgement.BROKEN}


def test_where_nothing_was_said_nothing_is_judged(world: World) -> None:
    """Each verdict is in words all the same."""
    found = judged(world, of(world, world.chat("ada")))
    assert list(found) == ALL
    assert {item.judgement for item in found.values()} == {Judgement.NOT_TOUCHED}
    assert all(item.title and item.why for item in found.values())


def test_undone_and_cancelled_again(world: World) -> None:
    """Each time is another generation, with a receipt and a question of its own."""
    chat = world.chat("ada")
    first = chat.answer(chat.accept("cancel"), CANCEL, intent="cancel")
    chat.press(first.button("undo"))
    world.clock.advance(minutes=1)
    chat.answer(chat.accept("no, cancel it"), CANCEL, intent="cancel")
    assert len(world.receipts("ada")) == 3
    assert broken(world, chat) == set()


def test_a_plan_that_ends_at_once(world: World) -> None:
    """P1 allows the one press more; P7 speaks of what can be undone."""
    world.customer("ida", DAY_PASS)
    chat = world.chat("ida")
    asked = chat.answer(chat.accept("cancel"), CANCEL, intent="cancel")
    chat.press(asked.button("cancel_now"))
    assert len(world.receipts("ida")) == 1
    assert broken(world, chat) == set()


def test_a_stranger_who_proves_who_they_are(world: World) -> None:
    """P1: an address and a code are no messages too many; P4: it counts from the first word."""
    chat = world.chat()
    said_at = world.clock.now()
    chat.answer(chat.accept("cancel"), CANCEL, intent="cancel")
    world.clock.advance(minutes=3)
    chat.verify("ada@example.com")
    assert [item.received_at for item in world.receipts("ada")] == [said_at]
    assert broken(world, chat) == set()


def test_a_person_who_carries_it_out(staffed: Staffed) -> None:
    """P10: what a person and a customer say to each other is not counted, and no question is missed."""
    answering = Answering(staffed)
    chat = answering.taken()
    for text in ("hello?", "I want to leave", "really", "please"):
        chat.hold(text, "cancel" if "leave" in text else "greet")
        answering.replies(chat, "One moment.")
    answering.clicks(chat.declarations[-1])
    assert len(answering.world.receipts("ada")) == 1
    assert broken(answering.world, chat) == set()


@pytest.mark.parametrize("jws", ["", "a.b", "a.b.c.d", "e30.e30.c2ln", "e30.bnVsbA.c2ln", "é.é.é"])
def test_a_receipt_that_can_not_be_read_is_said_not_raised(world: World, jws: str) -> None:
    """What it can't state is no other promise's fault."""
    found = of(world, cancelled(world))
    garbled = altered(found, lambda done, kept: (done, replace(kept, jws=jws) if kept is not None else None))
    verdicts = judged(world, garbled)
    assert [name for name, item in verdicts.items() if item.judgement is Judgement.BROKEN] == ["P6"]


def test_anothers_proof_is_no_proof(world: World) -> None:
    """Well signed, but of what Max did."""
    found = of(world, cancelled(world))
    cancelled(world, "max")
    (theirs,) = world.receipts("max")
    swapped = altered(
        found,
        lambda done, kept: (
            done,
            replace(kept, jws=theirs.jws, disclosures=theirs.disclosures) if kept else None,
        ),
    )
    assert judged(world, swapped)["P6"].judgement is Judgement.BROKEN


def test_a_long_conversation_is_judged_to_its_end(world: World) -> None:
    """Also where only the newest hundred messages are shown; staff may say what they like in it."""
    chat = cancelled(world)
    with world.store.begin() as work:
        for number in range(510):
            work.messages.add(message(chat.id, f"Hurry {number}", author=Author.STAFF))
        work.commit()
    assert broken(world, chat) == set()
    with world.store.begin() as work:
        work.messages.add(message(chat.id, "Hurry", author=Author.BOT))
        work.commit()
    assert broken(world, chat) == {"P8"}
