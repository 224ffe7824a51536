"""Conversations with customers whose subscriptions are at Stripe: the whole way, but for Rasa."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.domain.cancellations import OperationState
from bot.domain.policies import Ending, Ends, Pausing, Policies, Refund, Rules
from bot.domain.subscriptions import Status
from bot.services import billing_news, pause
from tests.fixtures.stripe.connected import Connected
from tests.fixtures.stripe.events import event, signed
from tests.fixtures.stripe.stand_in import Asked, Fault
from tests.unit.services.remote import HANDLERS, RemoteWorld
from tests.unit.services.script import CANCEL, STATUS, UNDO


@pytest.fixture
def world(stripe: Connected) -> Iterator[RemoteWorld]:
    """Ada, with a plan of 12 EUR a month."""
    made = RemoteWorld(clock=stripe.clock)
    made.deps = replace(made.deps, billing=stripe.billing)
    made.customer("ada")
    yield made
    assert stripe.server.complaints == []


def test_one_message_cancels_and_one_takes_it_back(world: RemoteWorld, stripe: Connected) -> None:
    """With receipts, and as staff see it in Stripe."""
    chat = world.chat("ada")
    said = chat.say("I want to cancel", CANCEL)
    assert said.kinds == ["receipt", "exit_question"]
    assert "Your Pro plan is cancelled" in said.text
    assert stripe.raw()["cancel_at_period_end"]
    assert chat.say("that was a mistake", UNDO).kinds == ["receipt"]
    assert not stripe.raw()["cancel_at_period_end"]
    assert chat.say("I want to cancel", CANCEL).kinds[0] == "receipt"
    assert [item.state for item in world.ledger("ada")] == [OperationState.CONFIRMED] * 3
    assert len(world.receipts("ada")) == 3


def test_stripe_away_and_back(world: RemoteWorld, stripe: Connected) -> None:
    """The truth at once, the cancellation later, once; the customer hears of it."""
    chat = world.chat("ada")
    chat.say("am I cancelled?", STATUS)
    stripe.server.fail(*(Fault("broken", fits=lambda asked: asked.method == "POST") for _ in range(2)))
    said = chat.say("I want to cancel", CANCEL)
    assert "receipt" not in said.kinds
    assert world.work(minutes=5) == 1
    assert world.work(minutes=5) == 0
    assert stripe.raw()["cancel_at_period_end"]
    assert [item.state for item in world.ledger("ada")] == [OperationState.CONFIRMED]
    assert len(world.receipts("ada")) == 1
    assert len(stripe.raw()["metadata"]) == 1


def test_the_answer_of_stripe_was_lost(world: RemoteWorld, stripe: Connected) -> None:
    """It acted: that is found, and it is not asked for again."""
    chat = world.chat("ada")
    stripe.server.fail(Fault(drop="after"))
    chat.say("I want to cancel", CANCEL)
    world.work(minutes=5)
    assert [item.state for item in world.ledger("ada")] == [OperationState.CONFIRMED]
    assert len([item for item in stripe.server.changes() if item.method == "POST"]) == 1


def test_staff_cancel_at_the_same_moment(world: RemoteWorld, stripe: Connected) -> None:
    """It is as the customer wants it, by whomever: confirmed, with a receipt."""

    def staff(asked: Asked) -> None:
        if asked.method == "POST":
            stripe.state.end(stripe.state.subscriptions["sub_1"])
            stripe.server.meanwhile = lambda _: None

    stripe.server.meanwhile = staff
    said = world.chat("ada").say("I want to cancel", CANCEL)
    assert said.kinds[0] == "receipt"
    assert stripe.one().status is Status.ENDED


def test_what_staff_do_is_heard_and_told(world: RemoteWorld, stripe: Connected) -> None:
    """By Stripe's webhook, before the customer asks."""
    HANDLERS[billing_news.VIEW] = billing_news.look
    chat = world.chat("ada")
    assert "Pro" in chat.say("am I cancelled?", STATUS).text
    stripe.state.end(stripe.raw())
    news = stripe.billing.hear(*signed(event("customer.subscription.deleted", stripe.raw())))
    assert news is not None
    billing_news.accept(world.deps, news)
    world.work(minutes=1)
    del HANDLERS[billing_news.VIEW]
    stripe.server.asked.clear()
    said = chat.say("I want to cancel", CANCEL)
    assert "exit_question" not in said.kinds
    assert stripe.server.changes() == []


def test_what_is_paid_back_is_what_the_receipt_says(world: RemoteWorld, stripe: Connected) -> None:
    """A plan that ends at once and pays back what is unused: to the cent, by a refund."""
    chat = world.chat("ada")
    at_once = {"end": Ending(Ends.AT_ONCE), "refund": Refund.UNUSED}
    world.deps = replace(world.deps, policies=Policies({"Pro": Rules(at_once)}))
    asked = chat.say("I want to cancel", CANCEL)
    chat.press(asked.button("cancel_now"))
    (operation,) = world.ledger("ada")
    assert 0 < operation.refunded.minor < 1200
    assert [item["amount"] for item in stripe.state.refunds.values()] == [operation.refunded.minor]
    assert stripe.one().status is Status.ENDED


def test_a_pause_and_its_end(world: RemoteWorld, stripe: Connected) -> None:
    """Where the policy has one."""
    world.deps = replace(world.deps, policies=Policies({"Pro": Rules({"pause": Pausing()})}))
    chat = world.chat("ada")
    chat.say("can I pause instead?", pause.handle)
    assert stripe.raw()["pause_collection"]["behavior"] == "void"
    assert stripe.one().status is Status.PAUSED
