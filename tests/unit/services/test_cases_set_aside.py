from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.declarations import DeclarationState
from bot.services import cases, sign_in
from bot.services.turn import Handler
from tests.unit.services.script import CANCEL, CHOOSE, CODE, EMAIL, YES
from tests.unit.services.staff import case_of, said_by_bot
from tests.unit.services.world import World


@pytest.mark.parametrize("close", [True, False])
@pytest.mark.parametrize(
    ("words", "intent", "handler"), [("Pro", "choose", CHOOSE), ("cancel Pro, yes", "affirm", YES)]
)
def test_an_answer_given_to_staff_carries_nothing_out_when_the_bot_is_back(
    world: World, words: str, intent: str, handler: Handler, *, close: bool
) -> None:
    """P10: "Which one should end?" was open when staff took over; it is offered with its time, by button."""
    chat = world.chat("max")
    chat.say("cancel", CANCEL)
    chat.say("a person please", cases.talk_to_human)
    world.clock.advance(minutes=1)
    cases.reply(world.deps, case_of(chat), "Hello.")
    assert (chat.state.awaiting, chat.declarations[0].state) == (None, DeclarationState.OFFERED)
    held = chat.hold(words, intent)
    if close:
        cases.close(world.deps, case_of(chat))
    else:
        world.clock.advance(minutes=15)
        cases.resume_overdue(world.deps)
    assert "You asked to cancel on 10 March 2026, 10:30" in said_by_bot(chat)[-1]
    offer = chat.transcript[-1].buttons[0][2]
    if not close:
        chat.answer(held, handler)
    assert world.ledger("max") == []
    assert chat.press(offer).names[-1] == "cancel_all"


def test_a_code_typed_to_staff_carries_nothing_out(world: World) -> None:
    """P10: it proves who is there; the wish from before is then offered."""
    chat = world.chat()
    chat.say("cancel", CANCEL)
    chat.say("ada@example.com", EMAIL)
    code = world.mails()[-1].payload["code"]
    chat.say("a person please", cases.talk_to_human)
    cases.reply(world.deps, case_of(chat), "Hello.")
    held = chat.hold(code, "give_code")
    world.clock.advance(minutes=15)
    with world.store.begin() as work:
        challenge = work.identities.challenge(chat.id)
        assert challenge is not None
        work.identities.put_challenge(replace(challenge, expires_at=world.clock.now() + timedelta(minutes=5)))
        work.commit()
    cases.resume_overdue(world.deps)
    offered = chat.answer(held, CODE)
    assert "You asked to cancel on 10 March 2026, 10:30" in offered.text
    assert world.ledger("ada") == []
    assert chat.press(offered.button("cancel_now")).kinds == ["receipt", "exit_question"]


def test_what_another_customer_declared_here_is_not_offered(world: World) -> None:
    """P3: the next one at the same screen hears nothing of it."""
    chat = world.chat("max")
    chat.say("cancel", CANCEL)
    chat.say("log me out", sign_in.log_out)
    chat.verify("ada@example.com")
    chat.say("a person please", cases.talk_to_human)
    cases.reply(world.deps, case_of(chat), "Hello.")
    cases.close(world.deps, case_of(chat))
    assert said_by_bot(chat)[-1].startswith("The person has closed this matter.")
