from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.subscriptions import Status
from bot.services import come_back
from tests.unit.services.script import BASIC, CANCEL, CODE, DAY_PASS, PRO, TEAM, YES
from tests.unit.services.world import Chat, World

BACK = come_back.handle
LINK = "https://example.com/sign-up"


@pytest.fixture
def linked(world: World) -> World:
    """With an address where one can sign up again."""
    world.deps = replace(world.deps, sign_up_url=LINK)
    return world


def end(world: World, chat: Chat, email: str = "ada@example.com") -> None:
    """Everything is cancelled and has ended since; whoever writes proves again who they are."""
    chat.say("cancel everything", CANCEL)
    world.clock.advance(days=40)
    chat.verify(email)


def test_what_has_not_ended_goes_on(world: World) -> None:
    """The same as undo, with a receipt of its own that quotes what was said."""
    chat = world.chat("ada")
    chat.say("cancel", CANCEL)
    back = chat.say("I want to come back", BACK)
    assert (back.kinds, back.text.partition(" Receipt")[0]) == (
        ["receipt"],
        "Your Pro plan goes on as before.",
    )
    assert [item.kind.value for item in world.ledger("ada")] == ["cancel", "undo"]
    assert world.state("ada-pro") is Status.ACTIVE


def test_of_several_what_was_cancelled_last_goes_on(world: World) -> None:
    """As with undo: one message takes back what one has cancelled, and an unclear name is asked about."""
    chat = world.chat("max")
    chat.say("cancel my Basic plan", CANCEL)
    world.clock.advance(minutes=5)
    chat.say("cancel Pro and Team", CANCEL)
    asked = chat.say("I want back into my Basic plan", BACK)
    assert asked.titles == ["Undo Basic", "Undo Pro", "Undo Team"]
    assert chat.say("let me back in", BACK).kinds == ["receipt"] * 2
    assert (world.state("max-basic"), world.state("max-pro")) == (Status.CANCELLING, Status.ACTIVE)


def test_what_runs_is_said_to_run(world: World) -> None:
    """Nothing is done."""
    back = world.chat("ada").say("make me a member again", BACK)
    assert (back.text, back.names) == ("Your Pro plan is running. There is nothing to do.", [])
    assert world.ledger("ada") == []


def test_a_pause_ends(world: World) -> None:
    """With a receipt; of several paused plans each has its button, and nothing is guessed."""
    world.customer("pia", PRO, status=Status.PAUSED)
    assert world.chat("pia").say("I want to come back", BACK).kinds == ["receipt"]
    assert world.state("pia-pro") is Status.ACTIVE
    world.customer("ben", BASIC, PRO, status=Status.PAUSED)
    asked = world.chat("ben").say("I want to come back", BACK)
    assert (asked.names, world.ledger("ben")) == (["resume", "resume"], [])
    assert world.chat("ben").say("I want to come back to my Pro plan", BACK).kinds == ["receipt"]
    assert (world.state("ben-basic"), world.state("ben-pro")) == (Status.PAUSED, Status.ACTIVE)


def test_a_pause_ends_by_a_press_once_it_is_known_who_asks(world: World) -> None:
    """The receipt quotes the button, and never a code."""
    world.customer("pia", PRO, status=Status.PAUSED)
    chat = world.chat()
    chat.say("I want to come back", BACK)
    known = chat.say(chat.ask_code("pia@example.com"), CODE)
    assert known.names == ["resume"]
    assert world.state("pia-pro") is Status.PAUSED


def test_what_has_ended_can_be_signed_up_for(linked: World) -> None:
    """The link, and honestly that it can't be started here; nothing is offered beside it."""
    chat = linked.chat("ada")
    end(linked, chat)
    back = chat.say("can I come back", BACK)
    facts = "Your Pro plan ended on 1 April 2026. It can't be started again here;"
    assert back.text == f"{facts} you can sign up again at {LINK}"
    assert back.names == []


def test_without_a_link_a_person_is_offered(world: World) -> None:
    """By a button, and "yes" is the press of it."""
    chat = world.chat("ada")
    end(world, chat)
    back = chat.say("can I come back", BACK)
    assert "can't be started again here. A person can help you." in back.text
    assert back.names == ["talk_to_human"]
    chat.say("yes", YES)
    assert chat.case is not None


def test_one_that_ended_and_one_that_runs(linked: World) -> None:
    """Both are said; the one that is named alone where it is named."""
    linked.customer("pat", DAY_PASS, TEAM)
    chat = linked.chat("pat")
    chat.press(chat.say("cancel my Pass plan", CANCEL).button("cancel_now"))
    assert [message.text.partition(".")[0] for message in chat.say("let me back in", BACK).messages] == [
        "Your Team plan is running",
        "Your Pass plan ended on 10 March 2026",
    ]
    assert len(chat.say("I want my Pass plan back", BACK).messages) == 1


def test_of_several_that_ended_the_last_one_is_named(linked: World) -> None:
    """Nobody needs the list of all they ever had."""
    linked.customer("kim", BASIC, anchor=linked.clock.now() - timedelta(days=400), status=Status.ENDED,
                    ends_at=linked.clock.now() - timedelta(days=300))  # fmt: skip
    held = linked.subscription("kim-basic")
    with linked.store.begin() as work:
        work.book.put_plan(PRO)
        work.book.put(replace(held, ref="kim-pro", plan=PRO, ends_at=linked.clock.now() - timedelta(days=9)))
        work.commit()
    back = linked.chat("kim").say("sign me up again", BACK)
    assert len(back.messages) == 1
    assert "Your Pro plan ended on 1 March 2026" in back.text


@pytest.mark.parametrize("by_link", [True, False])
def test_who_has_no_plan(world: World, *, by_link: bool) -> None:
    """The same, without a plan's name."""
    world.deps = replace(world.deps, sign_up_url=LINK if by_link else None)
    world.customer("nil")
    back = world.chat("nil").say("I'd like to come back", BACK)
    assert "no subscription on your account that could go on" in back.text
    assert ((LINK in back.text), back.names) == (by_link, [] if by_link else ["talk_to_human"])


def test_who_is_not_known_proves_it_first(linked: World) -> None:
    """P3: no plan is named before; where to sign up is anybody's to know. What goes on takes a press."""
    linked.chat("ada").say("cancel", CANCEL)
    chat = linked.chat()
    asked = chat.say("I want to come back", BACK)
    assert LINK in asked.messages[0].text
    assert "e-mail address" in asked.messages[-1].text
    assert "Pro" not in asked.text
    known = chat.say(chat.ask_code("ada@example.com"), CODE)
    assert known.names == ["undo"]
    assert linked.state("ada-pro") is Status.CANCELLING
    chat.press(known.button("undo"))
    assert linked.state("ada-pro") is Status.ACTIVE
    assert chat.declarations[-1].words == "Undo"


def test_who_is_known_after_the_end(world: World) -> None:
    """The proof goes on to what was asked, not to a list of plans; no case is opened by it."""
    end(world, world.chat("ada"))
    chat = world.chat()
    assert len(chat.say("I want to come back", BACK).messages) == 1
    known = chat.say(chat.ask_code("ada@example.com"), CODE)
    assert "ended on 1 April 2026" in known.text
    assert known.names == ["talk_to_human"]
    assert chat.case is None


def test_coming_back_takes_a_wish_that_waits_back(world: World) -> None:
    """Said "cancel" and then this, before anybody was verified or with a choice open: nothing is done."""
    chat = world.chat()
    chat.say("cancel", CANCEL)
    assert "is taken back" in chat.say("no, take me back", BACK).text
    chat = world.chat("max")
    chat.say("cancel", CANCEL)
    assert "is taken back" in chat.say("I want to come back", BACK).text
    assert world.ledger("max") == []


def test_in_german(linked: World) -> None:
    """The same facts."""
    linked.customer("uwe", DAY_PASS)
    chat = linked.chat_at("42", locale="de")
    assert "neu anmelden unter https://" in chat.say("ich möchte wiederkommen", BACK).text
    chat.say(chat.ask_code("uwe@example.com"), CODE)
    assert chat.say("ich möchte wiederkommen", BACK).text == "Ihr Pass-Abo läuft. Es ist nichts zu tun."
    chat.press(chat.say("kündigen", CANCEL).button("cancel_now"))
    assert chat.say("ich will wieder Mitglied werden", BACK).text == (
        f"Ihr Pass-Abo endete am 10. März 2026. Hier lässt es sich nicht wieder starten; "
        f"neu anmelden können Sie sich unter {LINK}"
    )
