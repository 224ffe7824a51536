from __future__ import annotations

import pytest

from bot.domain.errors import NotFoundError
from bot.domain.inbox import Event
from bot.services import cases, story
from bot.services.story import Chapter
from tests.unit.services.script import CANCEL, END_DATE, LOG_OUT, PERSON
from tests.unit.services.staff import case_of
from tests.unit.services.world import Chat, World


def chapters(world: World, chat: Chat) -> list[Chapter]:
    """The story of the case that is open in a chat."""
    told = story.of_case(world.deps, case_of(chat))
    assert told.case == chat.case
    return list(told.chapters)


def conversations(world: World, chat: Chat) -> list[str]:
    """Whose conversations are told, in order."""
    return [chapter.conversation.id for chapter in chapters(world, chat)]


def test_a_story_is_told_across_channels(world: World) -> None:
    """The case's own conversation first, then the customer's others, the newest first."""
    web, telegram, slack = world.chat("ada"), world.linked("ada", "77"), world.slack("ada@example.com")
    for chat in (slack, web, telegram):
        world.clock.advance(minutes=1)
        chat.say("when does it end?", END_DATE)
    web.say("a person please", PERSON)
    assert conversations(world, web) == [web.id, telegram.id, slack.id]
    said = [message.text for chapter in chapters(world, web) for message in chapter.messages]
    assert said.count("when does it end?") == 3
    assert "[link]" in said


def test_a_strangers_story_is_that_chat_alone(world: World) -> None:
    """Whoever they say they are."""
    world.chat("ada").say("cancel", CANCEL)
    chat = world.chat()
    chat.say("a person please, I'm ada@example.com", PERSON)
    assert conversations(world, chat) == [chat.id]


def test_who_proves_it_later_has_their_whole_story_told(world: World) -> None:
    """The case was opened before."""
    web = world.chat("ada")
    web.say("cancel", CANCEL)
    chat = world.chat()
    chat.say("a person please", PERSON)
    assert conversations(world, chat) == [chat.id]
    chat.verify("ada@example.com")
    assert conversations(world, chat) == [chat.id, web.id]


def test_a_story_stays_when_the_proof_has_ended(world: World) -> None:
    """For staff, who still have to answer it; also after logging out."""
    web, telegram = world.chat("ada"), world.linked("ada", "77")
    web.say("a person please", PERSON)
    telegram.say("log me out", LOG_OUT)
    world.clock.advance(days=2)
    assert conversations(world, web) == [web.id, telegram.id]


def test_no_other_customers_conversations_are_told(world: World) -> None:
    """Not even one that was this customer's before somebody else proved to be there."""
    shared, web = world.linked("ada", "77"), world.chat("ada")
    world.linked("max", "77")
    world.chat("max").say("cancel", CANCEL)
    web.say("a person please", PERSON)
    assert conversations(world, web) == [web.id]
    shared.say("a person please", PERSON)
    assert shared.id in conversations(world, shared)
    assert web.id not in conversations(world, shared)


def test_conversations_without_a_word_are_left_out(world: World) -> None:
    """A session that was opened and never used."""
    web = world.chat("ada")
    world.chat("ada")
    web.say("a person please", PERSON)
    assert conversations(world, web) == [web.id]


def test_of_a_long_conversation_the_newest_is_told(world: World) -> None:
    """Two hundred messages, in order."""
    chat = world.chat("ada")
    for place in range(120):
        chat.say(f"question {place}", END_DATE)
        world.clock.advance(minutes=1)
    chat.say("a person please", PERSON)
    (chapter,) = chapters(world, chat)
    seqs = [message.seq for message in chapter.messages]
    assert seqs == list(range(seqs[0], seqs[0] + 200))
    assert seqs[-1] == chat.state.next_seq - 1
    assert "A person will answer here" in chapter.messages[-1].text


def test_the_story_of_a_closed_case_can_still_be_read(world: World) -> None:
    """For whoever wants to know what came of it."""
    chat = world.chat("ada")
    chat.say("a person please", PERSON)
    case_id = case_of(chat)
    cases.close(world.deps, case_id)
    assert [item.conversation.id for item in story.of_case(world.deps, case_id).chapters] == [chat.id]


def test_a_story_holds_no_token_and_no_number(world: World) -> None:
    """What staff see is what transcripts hold."""
    world.customer("eve", phone="+4915112345678")
    chat = world.chat_at("77")
    chat.happen(Event.CONTACT, "+4915112345678")
    chat.say("a person please", PERSON)
    said = " ".join(message.text for chapter in chapters(world, chat) for message in chapter.messages)
    assert "[contact]" in said
    assert "12345678" not in said


def test_a_case_that_is_not_there_has_no_story(world: World) -> None:
    """Said so."""
    with pytest.raises(NotFoundError):
        story.of_case(world.deps, "C-0000")
