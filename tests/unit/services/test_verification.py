from __future__ import annotations

from bot.domain.declarations import DeclarationState
from bot.domain.subscriptions import Status
from bot.services import small_answers
from tests.unit.services.script import BASIC, CANCEL, CODE, EMAIL, END_DATE, NO, PRO, STATUS, TEAM
from tests.unit.services.world import Chat, World


def code_of(world: World) -> str:
    """The code in the mail sent last."""
    return world.mails()[-1].payload["code"]


def asked(world: World, email: str = "ada@example.com") -> tuple[Chat, str]:
    """A chat in which "I want to cancel" was said and a code asked for, and that code."""
    chat = world.chat()
    chat.say("I want to cancel", CANCEL)
    chat.say(email, EMAIL)
    return chat, code_of(world)


def test_the_right_code_cancels_without_asking_again(world: World) -> None:
    """P4: said, proved, done: with the time it was said."""
    said_at = world.clock.now()
    chat = world.chat()
    assert "which e-mail address" in chat.say("I want to cancel", CANCEL).text
    world.clock.advance(minutes=2)
    assert "on its way" in chat.say("ada@example.com", EMAIL).text
    world.clock.advance(minutes=8)
    assert chat.say(code_of(world), CODE).kinds == ["receipt", "exit_question"]
    assert world.receipts("ada")[0].received_at == said_at


def test_address_and_wish_may_come_in_one_message(world: World) -> None:
    """Nothing is asked that was said."""
    chat = world.chat()
    assert "on its way" in chat.say("cancel please, I'm Ada@Example.com", CANCEL).text
    chat.say(code_of(world), CODE)
    assert world.state("ada-pro") is Status.CANCELLING


def test_saying_it_again_keeps_the_first_time_and_the_latest_plan(world: World) -> None:
    """P4: "cancel", then "my Pro plan I mean", then the code: Pro, as of the first message."""
    said_at = world.clock.now()
    chat = world.chat()
    chat.say("I want to cancel", CANCEL)
    chat.say("max@example.com", EMAIL)
    code = code_of(world)
    world.clock.advance(minutes=5)
    again = chat.say("please cancel my Pro plan", CANCEL)
    assert "The code we sent you is still good" in again.text
    chat.say(code, CODE)
    assert [(item.plan_name, item.received_at) for item in world.receipts("max")] == [("Pro", said_at)]
    assert {item.state for item in chat.declarations} == {
        DeclarationState.CARRIED_OUT,
        DeclarationState.DROPPED,
    }


def test_several_plans_are_named_only_after_the_proof(world: World) -> None:
    """P3: no plan's name before; the one question after."""
    chat, code = asked(world, "max@example.com")
    assert not any(plan.name in message.text for message in chat.transcript for plan in (BASIC, PRO, TEAM))
    assert chat.say(code, CODE).names == ["cancel:basic", "cancel:pro", "cancel:team", "cancel_all"]


def test_an_unverified_wish_holds_for_seven_days(world: World) -> None:
    """P4: and not longer; then the proof shows where things stand, and nothing is done."""
    chat = world.chat()
    chat.say("I want to cancel", CANCEL)
    world.clock.advance(days=7)
    chat.say("ada@example.com", EMAIL)
    replies = chat.say(code_of(world), CODE)
    assert "Thank you, it's you" in replies.text
    assert "plan is running" in replies.text
    assert world.state("ada-pro") is Status.ACTIVE


def test_six_days_are_fine(world: World) -> None:
    """The same, one day earlier: done, and what was charged since is paid back."""
    chat = world.chat()
    chat.say("I want to cancel", CANCEL)
    world.clock.advance(days=6)
    chat.say("ada@example.com", EMAIL)
    assert chat.say(code_of(world), CODE).kinds == ["receipt", "exit_question"]


def test_another_verification_offers_it_with_its_time(world: World) -> None:
    """P4: proved for something else: [Cancel now], never automatic."""
    chat = world.chat()
    chat.say("I want to cancel", CANCEL)
    chat.say("when would it end?", END_DATE)
    chat.say("ada@example.com", EMAIL)
    offered = chat.say(code_of(world), CODE)
    assert "You asked to cancel on 10 March 2026, 10:30" in offered.text
    assert offered.names == ["cancel_now", "keep"]
    assert world.state("ada-pro") is Status.ACTIVE
    said_at = world.clock.now()
    world.clock.advance(minutes=3)
    chat.press(offered.button("cancel_now"))
    assert world.receipts("ada")[0].received_at == said_at


def test_an_address_that_is_none_is_asked_for_again(world: World) -> None:
    """Said plainly, with an example."""
    chat = world.chat()
    chat.say("cancel", CANCEL)
    assert "doesn't look like an e-mail address" in chat.say("ada at example", EMAIL).text
    assert world.mails() == []


def test_an_address_out_of_the_blue_is_not_understood(world: World) -> None:
    """Neither from a stranger nor from somebody who is known already."""
    assert "wasn't clear" in world.chat().say("ada@example.com", EMAIL).text
    assert "wasn't clear" in world.chat("ada").say("max@example.com", EMAIL).text
    assert "wasn't clear" in world.chat("ada").say("123456", CODE).text
    assert world.mails() == []


def test_an_address_after_another_subject_still_serves_the_wish(world: World) -> None:
    """The wish waits; the address is what it waits for."""
    chat = world.chat()
    chat.say("cancel", CANCEL)
    chat.say("yes or no", NO)
    chat.say("cancel", CANCEL)
    chat.say("cancel my order", small_answers.cancel_other)
    assert "on its way" in chat.say("ada@example.com", EMAIL).text
    assert chat.say(code_of(world), CODE).kinds[0] == "receipt"


def test_status_while_a_wish_waits_says_that_it_waits(world: World) -> None:
    """The question "did it work?" is answered truthfully, and the code asked for is still awaited."""
    chat = world.chat()
    chat.say("cancel", CANCEL)
    told = chat.say("did it work?", STATUS)
    assert "Not yet: your wish to cancel is noted, from 10 March 2026, 10:30" in told.text
    chat.say("ada@example.com", EMAIL)
    assert "Not yet" in chat.say("did it work?", STATUS).text
    assert chat.say(code_of(world), CODE).kinds[0] == "receipt"


def test_a_proof_ends_after_a_day(world: World) -> None:
    """P3: then it is asked for again, and what waited keeps its time."""
    chat = world.chat("max")
    said_at = world.clock.now()
    asked_which = chat.say("cancel", CANCEL)
    world.clock.advance(hours=24)
    assert "which e-mail address" in chat.press(asked_which.button("cancel:pro")).text
    assert world.ledger("max") == []
    chat.verify("max@example.com")
    assert [(item.plan_name, item.received_at) for item in world.receipts("max")] == [("Pro", said_at)]


def test_however_often_it_is_said_the_first_time_counts(world: World) -> None:
    """P4: somebody in a hurry writes "cancel" thirty times before the code arrives."""
    said_at = world.clock.now()
    chat = world.chat()
    for _ in range(30):
        chat.say("cancel", CANCEL)
        world.clock.advance(seconds=30)
    chat.verify("ada@example.com")
    assert [item.received_at for item in world.receipts("ada")] == [said_at]
