from __future__ import annotations

import pytest

from bot.domain.conversations import Author, ReplyKind
from bot.domain.deliveries import DeliveryState
from bot.services import arrivals, cases, deliveries
from tests.unit.services.script import CANCEL, END_DATE, PERSON
from tests.unit.services.sending import drain, lease, question, stored, take
from tests.unit.services.staff import case_of, in_charge
from tests.unit.services.world import Chat, World


@pytest.fixture
def chat(world: World) -> Chat:
    """Ada on Telegram, verified; what was said to her so far has arrived."""
    chat = world.linked("ada", "77")
    drain(world)
    return chat


def test_what_the_bot_says_goes_on_its_way(world: World, chat: Chat) -> None:
    """As it stands in the transcript, to the address, in the language of the chat; nothing else does."""
    chat.say("cancel", CANCEL)
    arrived = drain(world)
    said = [message for message in chat.transcript if message.author is Author.BOT][-2:]
    assert [outgoing.delivery.seq for outgoing in arrived] == [message.seq for message in said]
    assert [outgoing.reply.text for outgoing in arrived] == [message.text for message in said]
    assert [outgoing.reply.buttons for outgoing in arrived] == [message.buttons for message in said]
    assert [outgoing.reply.receipt for outgoing in arrived] == [message.receipt for message in said]
    assert {(outgoing.address, outgoing.delivery.channel) for outgoing in arrived} == {("77", "telegram")}
    assert {outgoing.reply.locale for outgoing in arrived} == {"en"}
    assert [outgoing.delivery.once for outgoing in arrived] == [False, True]


def test_what_staff_write_goes_on_its_way(world: World, chat: Chat) -> None:
    """And so does what is said on handing back."""
    chat.say("a person please", PERSON)
    drain(world)
    cases.reply(world.deps, case_of(chat), "Hello, this is Kim.")
    assert [outgoing.reply.text for outgoing in drain(world)] == ["Hello, this is Kim."]
    cases.close(world.deps, case_of(chat))
    (notice,) = drain(world)
    assert notice.reply.kind is ReplyKind.NOTICE
    assert notice.reply.text == chat.transcript[-1].text


def test_notices_go_on_their_way(world: World, chat: Chat) -> None:
    """Of too many messages, of staff who never came, and of what was done in another channel."""
    arrivals.turn_away(world.deps, chat.id)
    chat.say("a person please", PERSON)
    cases.reply(world.deps, case_of(chat), "Hello, this is Kim.")
    chat.hold("hello?", "other")
    drain(world)
    world.clock.advance(minutes=16)
    assert cases.resume_overdue(world.deps) == [chat.id]
    assert [outgoing.reply.kind for outgoing in drain(world)] == [ReplyKind.NOTICE]
    world.chat("ada").say("cancel", CANCEL)
    assert world.tell() == [chat.id]
    (told,) = drain(world)
    assert told.reply.receipt is not None


def test_what_is_fetched_is_not_sent(world: World) -> None:
    """On the website neither the bot's, nor staff's, nor notices."""
    chat = in_charge(world)
    arrivals.turn_away(world.deps, chat.id)
    cases.close(world.deps, case_of(chat))
    chat.say("cancel", CANCEL)
    assert deliveries.waiting(world.deps) == 0
    assert lease(world) == []


def test_they_are_counted_while_they_wait(world: World, chat: Chat) -> None:
    """Until the platform has them."""
    chat.say("cancel", CANCEL)
    assert deliveries.waiting(world.deps) == 2
    drain(world)
    assert deliveries.waiting(world.deps) == 0
    assert deliveries.undelivered(world.deps) == []


def test_the_exit_question_is_marked_before_it_is_sent(world: World, chat: Chat) -> None:
    """P5: whoever finds it marked can't know whether it has arrived."""
    outgoing = question(world, chat)
    assert (outgoing.delivery.begun, stored(world, outgoing).begun) == (True, True)
    deliveries.sent(world.deps, outgoing, "one")
    assert stored(world, outgoing).state is DeliveryState.SENT


def test_what_may_arrive_twice_is_not_marked(world: World, chat: Chat) -> None:
    """A confirmation above all must arrive."""
    chat.say("cancel", CANCEL)
    outgoing = take(world)
    assert (outgoing.delivery.begun, stored(world, outgoing).begun) == (False, False)


def test_the_exit_question_of_a_dead_process_is_never_sent_again(world: World, chat: Chat) -> None:
    """P5: found marked it is doubtful; what was said after it goes on."""
    outgoing = question(world, chat)
    chat.say("when does it end?", END_DATE)
    assert lease(world, "two") == []
    world.clock.advance(seconds=20)
    assert lease(world, "two") == []
    assert (stored(world, outgoing).state, stored(world, outgoing).fault) == (
        DeliveryState.DOUBTFUL,
        "interrupted",
    )
    assert take(world, "two").reply.kind is ReplyKind.TEXT
    world.clock.advance(days=1)
    assert [item.reply.kind for item in drain(world)] == [ReplyKind.TEXT]


def test_the_text_of_a_dead_process_is_sent_again(world: World, chat: Chat) -> None:
    """P9: once its lease has run out, and not before; the dead one's word counts no more."""
    chat.say("cancel", CANCEL)
    first = take(world, "the dead")
    assert lease(world, "two") == []
    world.clock.advance(seconds=20)
    again = take(world, "two")
    assert again == first
    deliveries.refused(world.deps, first, "the dead", "blocked")
    assert stored(world, first).state is DeliveryState.WAITING
    deliveries.sent(world.deps, again, "two")
    assert stored(world, first).state is DeliveryState.SENT
