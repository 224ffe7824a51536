from __future__ import annotations

from bot.domain.cases import CaseState
from bot.domain.conversations import Understanding
from bot.domain.inbox import InboxState
from bot.domain.subscriptions import Status
from bot.services import cases, inbox, turns
from bot.services.turns import Step
from tests.unit.services.script import CANCEL, CODE, NO, UNDO, YES
from tests.unit.services.staff import case_of, in_charge, said_by_bot
from tests.unit.services.world import World


def test_while_a_person_is_in_charge_the_bot_is_silent(world: World) -> None:
    """P10: messages are understood for staff, held, and not answered."""
    chat = in_charge(world)
    before = said_by_bot(chat)
    held = chat.hold("did it work?", "ask_status")
    assert said_by_bot(chat) == before
    assert inbox.replies_to(world.deps, held) == inbox.Replies(person=True)
    assert chat.prepare(held).step is Step.NOTHING
    assert chat.transcript[-1].understanding.intent == "ask_status"


def test_a_cancellation_said_meanwhile_is_offered_when_staff_close(world: World) -> None:
    """P10: recorded with its time, offered on hand-back, never automatic."""
    chat = in_charge(world)
    said_at = world.clock.now()
    chat.hold("then cancel it", "cancel")
    world.clock.advance(minutes=10)
    closed = cases.close(world.deps, case_of(chat))
    assert closed.state is CaseState.CLOSED
    assert said_by_bot(chat)[-2].startswith("The person has closed this matter.")
    assert "You asked to cancel on 10 March 2026, 10:30" in said_by_bot(chat)[-1]
    assert world.ledger("ada") == []
    token = next(token for name, _, token in chat.transcript[-1].buttons if name == "cancel_now")
    assert chat.press(token).kinds == ["receipt", "exit_question"]
    receipt = world.receipts("ada")[0]
    assert receipt.received_at == said_at


def test_yes_to_the_offer_on_hand_back_is_its_press(world: World) -> None:
    """The offer is the last thing said."""
    chat = in_charge(world)
    chat.hold("then cancel it", "cancel")
    cases.close(world.deps, case_of(chat))
    assert chat.say("yes", YES).kinds == ["receipt", "exit_question"]


def test_the_offer_on_hand_back_to_somebody_unverified_asks_for_the_proof(world: World) -> None:
    """P3 and P4: pressed, then proved, then done with the time it was said."""
    chat = in_charge(world, None)
    said_at = world.clock.now()
    chat.hold("cancel my subscription", "cancel")
    cases.close(world.deps, case_of(chat))
    world.clock.advance(minutes=5)
    assert "which e-mail address" in chat.say("yes", YES).text
    chat.verify("ada@example.com")
    assert [receipt.received_at for receipt in world.receipts("ada")] == [said_at]


def test_a_wish_taken_back_before_staff_close_is_the_customers_to_decline(world: World) -> None:
    """[Keep it] on the offer leaves everything as it is."""
    chat = in_charge(world)
    chat.hold("cancel", "cancel")
    cases.close(world.deps, case_of(chat))
    assert "Nothing was cancelled" in chat.say("no, keep it", NO).text
    assert world.ledger("ada") == []


def test_closing_without_a_wish_offers_nothing(world: World) -> None:
    """P8: no offers nobody asked for."""
    chat = in_charge(world)
    chat.hold("thanks", "thank")
    cases.close(world.deps, case_of(chat))
    assert said_by_bot(chat)[-1].startswith("The person has closed this matter.")


def test_closing_a_case_nobody_accepted_says_nothing(world: World) -> None:
    """The bot has been there all the time."""
    chat = world.chat("ada")
    chat.say("a person please", cases.talk_to_human)
    before = said_by_bot(chat)
    cases.close(world.deps, case_of(chat))
    assert said_by_bot(chat) == before


def test_after_fifteen_minutes_the_bot_resumes_and_answers(world: World) -> None:
    """P10: the waiting message is answered; a cancellation is offered with its time, not carried out."""
    chat = in_charge(world)
    held = chat.hold("cancel please", "cancel")
    world.clock.advance(minutes=14, seconds=59)
    assert cases.resume_overdue(world.deps) == []
    world.clock.advance(seconds=1)
    assert cases.resume_overdue(world.deps) == [chat.id]
    assert cases.resume_overdue(world.deps) == []
    assert "Nobody could answer you in time" in said_by_bot(chat)[-1]
    offered = chat.answer(held, CANCEL)
    assert "You asked to cancel on 10 March 2026, 10:30" in offered.text
    assert world.ledger("ada") == []
    assert chat.press(offered.button("cancel_now")).kinds == ["receipt", "exit_question"]


def test_a_yes_said_to_staff_is_not_a_yes_to_the_bots_later_offer(world: World) -> None:
    """P10: never automatic: it was written before the offer was made."""
    chat = in_charge(world)
    held = [chat.hold("cancel please", "cancel"), chat.hold("yes do it", "affirm")]
    world.clock.advance(minutes=15)
    cases.resume_overdue(world.deps)
    chat.answer(held[0], CANCEL)
    assert "wasn't clear" in chat.answer(held[1], YES).text
    assert world.ledger("ada") == []


def test_said_twice_while_waiting_it_is_offered_with_the_first_time(world: World) -> None:
    """P4 while a person is in charge."""
    chat = in_charge(world)
    held = [chat.hold("cancel", "cancel")]
    world.clock.advance(minutes=5)
    held.append(chat.hold("cancel!", "cancel"))
    world.clock.advance(minutes=10)
    cases.resume_overdue(world.deps)
    assert all("10 March 2026, 10:30" in chat.answer(entry, CANCEL).text for entry in held)


def test_what_staff_have_answered_is_not_answered_again(world: World) -> None:
    """Only messages since staff's last reply wait for the bot."""
    chat = in_charge(world)
    answered = chat.hold("hello", "greet")
    world.clock.advance(minutes=1)
    cases.reply(world.deps, case_of(chat), "Hello to you.")
    waits = chat.hold("still there?", "greet")
    world.clock.advance(minutes=15)
    cases.resume_overdue(world.deps)
    assert chat.prepare(answered).step is Step.NOTHING
    assert chat.prepare(waits).step is Step.ASK


def test_staffs_reply_stops_the_clock(world: World) -> None:
    """P10: the bot resumes for a message that has waited, not for a chat that is long."""
    chat = in_charge(world)
    chat.hold("hello", "greet")
    world.clock.advance(minutes=14)
    cases.reply(world.deps, case_of(chat), "One moment.")
    world.clock.advance(minutes=14)
    assert cases.resume_overdue(world.deps) == []


def test_staff_can_come_back_after_the_bot_resumed(world: World) -> None:
    """P10: the next reply accepts the case again, and the message held a second time declares once."""
    chat = in_charge(world)
    held = chat.hold("cancel", "cancel")
    world.clock.advance(minutes=15)
    cases.resume_overdue(world.deps)
    cases.reply(world.deps, case_of(chat), "Here I am.")
    chat.answer(held, intent="cancel")
    assert len(chat.declarations) == 1


def test_undo_works_while_a_person_is_in_charge_and_other_buttons_wait(world: World) -> None:
    """P10: [Undo] at once, with its receipt; a plan's button is held, with its title as words."""
    chat = world.chat("max")
    done = chat.say("cancel my Pro plan", CANCEL)
    asked = chat.say("cancel another one", CANCEL)
    chat.say("a person please", cases.talk_to_human)
    cases.reply(world.deps, case_of(chat), "Hello.")
    pressed = chat.accept(button=asked.button("cancel:basic"))
    chat.answer(pressed)
    assert world.state("max-basic") is Status.ACTIVE
    assert chat.declarations[-1].words == "Basic plan"
    assert chat.press(done.button("undo")).kinds == ["receipt"]
    assert world.state("max-pro") is Status.ACTIVE
    world.clock.advance(minutes=15)
    cases.resume_overdue(world.deps)
    offered = chat.answer(pressed)
    chat.press(offered.button("cancel_now"))
    assert world.state("max-basic") is Status.CANCELLING


def test_a_message_is_not_held_for_a_person_who_has_left(world: World) -> None:
    """Never silence: closed between reading and holding, the message is answered by the bot."""
    chat = in_charge(world)
    inbox_id = chat.accept("cancel")
    assert chat.prepare(inbox_id).step is Step.READ
    cases.close(world.deps, case_of(chat))
    assert turns.hold(world.deps, inbox_id, Understanding("cancel", 0.9)) is False
    assert chat.answer(inbox_id, CANCEL).kinds == ["receipt", "exit_question"]


def test_holding_twice_is_holding_once(world: World) -> None:
    """A repeated turn after a crash."""
    chat = in_charge(world)
    held = chat.hold("cancel", "cancel")
    assert turns.hold(world.deps, held, Understanding("cancel", 0.9)) is True
    assert turns.hold(world.deps, "m_0", Understanding()) is True
    assert len(chat.declarations) == 1


def test_closing_answers_what_was_held(world: World) -> None:
    """Its body is deleted; nothing waits for ever."""
    chat = in_charge(world)
    held = chat.hold("hello", "greet")
    cases.close(world.deps, case_of(chat))
    with world.store.begin() as work:
        entry = work.inbox.get(held)
    assert entry is not None
    assert (entry.state, entry.text) == (InboxState.ANSWERED, None)


def test_undo_pressed_by_somebody_unverified_while_staff_are_there(world: World) -> None:
    """P3 goes before P10: the proof has expired."""
    chat = world.chat("ada")
    done = chat.say("cancel", CANCEL)
    world.clock.advance(hours=25)
    chat.say("a person please", cases.talk_to_human)
    cases.reply(world.deps, case_of(chat), "Hello.")
    assert "which e-mail address" in chat.press(done.button("undo")).text
    assert world.state("ada-pro") is Status.CANCELLING
    chat.hold("ada@example.com", "give_email")


def test_codes_typed_to_staff_check_nothing(world: World) -> None:
    """Held like any message, masked in the transcript."""
    chat = in_charge(world, None)
    held = chat.hold("my code is 123456", "give_code")
    assert chat.transcript[-1].text == "my code is [code]"
    world.clock.advance(minutes=15)
    cases.resume_overdue(world.deps)
    assert "No code is open" in chat.answer(held, CODE).text


def test_an_undo_said_to_staff_is_done_when_the_bot_resumes(world: World) -> None:
    """It can be taken back, so it needs no offer."""
    chat = world.chat("ada")
    chat.say("cancel", CANCEL)
    chat.say("a person please", cases.talk_to_human)
    cases.reply(world.deps, case_of(chat), "Hello.")
    held = chat.hold("please undo it", "undo_cancel")
    world.clock.advance(minutes=15)
    cases.resume_overdue(world.deps)
    assert chat.answer(held, UNDO).kinds == ["receipt"]
