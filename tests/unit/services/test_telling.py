"""Who was not it finds out: a cancellation is told on the customer's other channels, once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.conversations import Message
from bot.domain.outbox import TELL, Job
from bot.domain.subscriptions import Status
from bot.services import telling
from tests.unit.services.script import CANCEL, FLAT, REASON, UNDO, Replies
from tests.unit.services.staff import in_charge
from tests.unit.services.world import Chat, World


def last(chat: Chat) -> Message:
    """What was said last."""
    return chat.transcript[-1]


def as_replies(chat: Chat) -> Replies:
    """The same, to press its buttons."""
    return Replies((last(chat),))


def notices(chat: Chat) -> list[Message]:
    """What was told here about other channels."""
    return [message for message in chat.transcript if (message.inbox_id or "").startswith("tell:")]


def test_a_cancellation_is_told_on_every_other_channel(world: World) -> None:
    """With its receipt, [Undo] and a person; not where it was made."""
    web, telegram, slack = world.chat("ada"), world.linked("ada", "77"), world.slack("ada@example.com")
    done = web.say("cancel", CANCEL)
    before = len(web.transcript)
    assert set(world.tell()) == {telegram.id, slack.id}
    for chat in (telegram, slack):
        told = last(chat)
        assert "Your Pro plan was cancelled in the chat on our website" in told.text
        assert done.numbers[0] in told.text
        assert told.receipt == done.messages[0].receipt
        assert as_replies(chat).names == ["undo", "talk_to_human"]
    assert len(web.transcript) == before


def test_it_says_where_it_was_made(world: World) -> None:
    """On Telegram, on Slack, or in another chat where the channel has no name here."""
    telegram, slack = world.linked("ada", "77"), world.linked("ada", "T1:U1", "slack")
    other = world.linked("ada", "box 7", "postcards")
    told = []
    for chat, reader in ((telegram, slack), (slack, telegram), (other, telegram)):
        chat.say("cancel", CANCEL)
        world.tell()
        told.append(last(reader).text)
        chat.say("undo", UNDO)
    places = ("cancelled on Telegram", "cancelled on Slack", "cancelled in another chat")
    assert all(place in text for place, text in zip(places, told, strict=True))


def test_undo_works_where_it_is_told(world: World) -> None:
    """P7: one press, with a receipt of its own."""
    web, telegram = world.chat("ada"), world.linked("ada", "77")
    web.say("cancel", CANCEL)
    world.tell()
    undone = telegram.press(as_replies(telegram).button("undo"))
    assert "Your Pro plan goes on as before" in undone.text
    assert world.state("ada-pro") is Status.ACTIVE
    assert len(world.receipts("ada")) == 2


def test_a_person_can_be_had_where_it_is_told(world: World) -> None:
    """P10: there, about that."""
    web, telegram = world.chat("ada"), world.linked("ada", "77")
    web.say("cancel", CANCEL)
    world.tell()
    telegram.press(as_replies(telegram).button("talk_to_human"))
    assert telegram.case is not None
    assert web.case is None


def test_it_is_sent_and_not_only_written(world: World) -> None:
    """What stands in a transcript of a platform goes on its way."""
    telegram = world.linked("ada", "77")
    world.chat("ada").say("cancel", CANCEL)
    world.tell()
    told = last(telegram)
    with world.store.begin() as work:
        assert work.deliveries.get(telegram.id, told.seq) is not None


def job_of(world: World) -> Job:
    """The work that waits."""
    (job,) = world.jobs(TELL)
    return job


def test_told_twice_it_is_written_once(world: World) -> None:
    """P2: the work is done again after a crash."""
    telegram, slack = world.linked("ada", "77"), world.slack("ada@example.com")
    world.chat("ada").say("cancel", CANCEL)
    job = job_of(world)
    assert telling.tell(world.deps, job) == telling.tell(world.deps, job)
    assert (len(notices(telegram)), len(notices(slack))) == (1, 1)


def test_a_repeated_turn_has_it_told_once(world: World) -> None:
    """P2: one piece of work for one receipt."""
    world.linked("ada", "77")
    web = world.chat("ada")
    inbox_id = web.accept("cancel")
    web.prepare(inbox_id)
    web.act(inbox_id, CANCEL)
    web.act(inbox_id, CANCEL)
    web.complete(inbox_id)
    assert len(world.jobs(TELL)) == 1


def test_it_is_told_in_the_language_of_the_chat_that_is_told(world: World) -> None:
    """Not in that of the chat it was made in."""
    telegram = world.linked("ada", "77", locale="de")
    world.chat("ada").say("cancel", CANCEL)
    world.tell()
    assert "Ihr Pro-Abo wurde im Chat auf unserer Website gekündigt" in last(telegram).text
    assert as_replies(telegram).titles == ["Rückgängig machen", "Mit einem Menschen sprechen"]


def test_nothing_of_what_was_said_is_told(world: World) -> None:
    """§7: another channel's history is not shown, only the receipt is."""
    telegram = world.linked("ada", "77")
    web = world.chat("ada")
    web.say("cancel, my boss must never know", CANCEL)
    web.say("too expensive for a charlatan", REASON)
    world.tell()
    said = " ".join(message.text for message in telegram.transcript)
    assert "boss" not in said
    assert "charlatan" not in said
    assert len(notices(telegram)) == 1


def test_an_undo_is_not_told(world: World) -> None:
    """What it took back was; nobody loses anything by it."""
    telegram = world.linked("ada", "77")
    web = world.chat("ada")
    web.say("cancel", CANCEL)
    world.tell()
    web.say("undo", UNDO)
    assert world.jobs(TELL) == []
    assert len(notices(telegram)) == 1


def test_the_exit_question_stays_where_it_was_asked(world: World) -> None:
    """P5: once, there; elsewhere nothing is waited for."""
    telegram = world.linked("ada", "77")
    web = world.chat("ada")
    web.say("cancel", CANCEL)
    world.tell()
    assert [message.kind.value for message in notices(telegram)] == ["receipt"]
    assert telegram.question is None
    assert telegram.state.awaiting is None
    assert web.say("too expensive", REASON).text == "Thank you, that helps."


def test_several_plans_are_told_one_by_one(world: World) -> None:
    """A receipt each, and an [Undo] each that is good for its own."""
    telegram = world.linked("max", "77")
    done = world.chat("max").say("cancel everything", CANCEL)
    world.tell()
    told = Replies(tuple(notices(telegram)))
    assert sorted(told.numbers) == sorted(done.numbers)
    telegram.press(told.button("undo", told.numbers.index(done.numbers[1])))
    states = [world.state(f"max-{plan}") for plan in ("basic", "pro", "team")]
    assert sorted(states) == [Status.ACTIVE, Status.CANCELLING, Status.CANCELLING]


def test_what_ended_at_once_is_told_without_undo(world: World) -> None:
    """There is none; a person there is."""
    world.customer("eve", FLAT)
    telegram = world.linked("eve", "77")
    web = world.chat("eve")
    web.press(web.say("cancel", CANCEL).button("cancel_now"))
    world.tell()
    assert as_replies(telegram).names == ["talk_to_human"]


@pytest.mark.parametrize("again", [False, True])
def test_told_late_it_undoes_nothing_that_came_after(world: World, *, again: bool) -> None:
    """P2: taken back meanwhile, or taken back and cancelled once more."""
    telegram = world.linked("ada", "77")
    web = world.chat("ada")
    web.say("cancel", CANCEL)
    first = job_of(world)
    web.say("undo", UNDO)
    if again:
        web.say("cancel", CANCEL)
    telling.tell(world.deps, first)
    assert as_replies(telegram).names == ["talk_to_human"]


def test_a_receipt_that_is_gone_is_not_told(world: World) -> None:
    """Erased meanwhile, or its customer was."""
    telegram = world.linked("ada", "77")
    world.chat("ada").say("cancel", CANCEL)
    job = job_of(world)
    assert telling.tell(world.deps, replace(job, payload={**job.payload, "receipt": "R-9999"})) == ()
    assert telling.tell(world.deps, replace(job, payload={**job.payload, "conversation": "c_0"})) == ()
    assert notices(telegram) == []


def test_it_is_told_while_a_person_is_in_charge_too(world: World) -> None:
    """P10: receipts are sent; [Undo] works then."""
    chat = in_charge(world)
    world.linked("ada", "77").say("cancel", CANCEL)
    assert world.tell() == [chat.id]
    chat.press(as_replies(chat).button("undo"))
    assert world.state("ada-pro") is Status.ACTIVE
