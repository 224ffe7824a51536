"""What happens in a chat and is no text: what it means, what is kept of it, and what it leaves alone."""

from __future__ import annotations

import pytest

from bot.domain.conversations import Author, Awaiting
from bot.domain.inbox import Event, InboxState
from bot.domain.subscriptions import Status
from bot.services import cases, identity
from bot.services.inbox import IdReusedError
from bot.services.turns import Step
from tests.unit.services.script import CANCEL
from tests.unit.services.staff import case_of, in_charge
from tests.unit.services.world import Chat, World

TOKEN, NUMBER = "a-token-nobody-may-see", "+4915112345678"
#: What each holds, what it means, and what staff see of it.
MEANT: dict[Event, tuple[str | None, str, str]] = {
    Event.CANCEL: ("/cancel-subscription Pro", "cancel", "/cancel-subscription Pro"),
    Event.START: (None, "greet", "[start]"),
    Event.HELP: (None, "help", "[help]"),
    Event.LANGUAGE: (None, "switch_language", "[language]"),
    Event.LOG_OUT: (None, "log_out", "[log out]"),
    Event.LINK: (TOKEN, "use_link", "[link]"),
    Event.CONTACT: (NUMBER, "share_contact", "[contact]"),
    Event.OTHER_CONTACT: (None, "share_contact", "[other contact]"),
    Event.ATTACHMENT: ("voice", "attachment", "[voice]"),
    Event.EDITED: (None, "changed_message", "[edited]"),
    Event.DELETED: (None, "changed_message", "[deleted]"),
    Event.PUBLIC: (None, "public_message", "[public]"),
    Event.STALE_BUTTON: (None, "nlu_fallback", "[stale button]"),
}
EACH = pytest.mark.parametrize("event", list(Event))


def happened(chat: Chat, event: Event) -> str:
    """Has it happen; returns the inbox id."""
    return chat.accept(MEANT[event][0], event=event)


@EACH
def test_an_event_has_one_meaning_and_a_line_in_the_transcript(world: World, event: Event) -> None:
    """It is asked of Rasa as an intent and never as a text, whatever question is open."""
    chat = world.chat_at("77")
    chat.say("cancel", CANCEL)
    assert chat.state.awaiting is Awaiting.EMAIL
    prepared = chat.prepare(happened(chat, event))
    _, intent, line = MEANT[event]
    assert (prepared.step, prepared.intent, prepared.text) == (Step.ASK, intent, None)
    assert prepared.awaiting is None
    assert (chat.transcript[-1].author, chat.transcript[-1].text) == (Author.CUSTOMER, line)


@EACH
def test_an_event_leaves_no_token_and_no_number_behind(world: World, event: Event) -> None:
    """§6: not in the transcript, and once it is answered not in the inbox either."""
    chat = world.chat_at("77")
    inbox_id = happened(chat, event)
    if event in {Event.START, Event.HELP}:
        chat.prepare(inbox_id)  # Rasa's own texts answer these
    else:
        chat.answer(inbox_id)
        with world.store.begin() as work:
            entry = work.inbox.get(inbox_id)
        assert entry is not None
        assert (entry.state, entry.text, entry.request) == (InboxState.ANSWERED, None, None)
    said = " ".join(message.text for message in chat.transcript)
    assert TOKEN not in said
    assert NUMBER not in said


@EACH
def test_a_repeated_event_is_prepared_once(world: World, event: Event) -> None:
    """P2: the same question to Rasa, one line in the transcript, the same inbox id for the same update."""
    chat = world.chat_at("77")
    inbox_id = chat.accept(MEANT[event][0], event=event, key="update 1")
    assert chat.prepare(inbox_id) == chat.prepare(inbox_id)
    assert chat.accept(MEANT[event][0], event=event, key="update 1") == inbox_id
    assert len(chat.transcript) == 1


def test_an_update_with_another_body_is_another_thing(world: World) -> None:
    """An event is not the text it holds, and not another event with the same."""
    chat = world.chat_at("77")
    chat.accept("photo", event=Event.ATTACHMENT, key="update 1")
    for event in (None, Event.CANCEL):
        with pytest.raises(IdReusedError):
            chat.accept("photo", event=event, key="update 1")


@EACH
def test_while_a_person_is_in_charge_events_are_held_like_texts(world: World, event: Event) -> None:
    """P10: read, kept for staff, not answered; a cancellation among them is recorded with its time."""
    chat = in_charge(world)
    before = len(chat.declarations)
    inbox_id = happened(chat, event)
    assert chat.prepare(inbox_id).step is Step.READ
    assert chat.answer(inbox_id).messages == ()
    with world.store.begin() as work:
        entry = work.inbox.get(inbox_id)
    assert entry is not None
    assert entry.state is InboxState.HELD
    made = chat.declarations[before:]
    assert [(item.words, item.arrived_at) for item in made] == (
        [("/cancel-subscription Pro", world.clock.now())] if event is Event.CANCEL else []
    )
    assert chat.proof is not None
    assert world.ledger("ada") == []


def test_what_was_held_is_answered_when_staff_do_not_come(world: World) -> None:
    """P10: a link, for one, still signs in."""
    chat = in_charge(world, None)
    inbox_id = chat.accept(identity.issue_link(world.deps, "web", "ada").token, event=Event.LINK)
    chat.answer(inbox_id)
    world.clock.advance(minutes=14)
    late = chat.accept(event=Event.DELETED)
    chat.answer(late)
    world.clock.advance(seconds=59)
    assert cases.resume_overdue(world.deps) == []
    world.clock.advance(seconds=1)
    cases.resume_overdue(world.deps)
    assert "no longer good" in chat.answer(inbox_id).text  # fifteen minutes are the link's time, too
    assert "Deleting a message changes nothing" in chat.answer(late).text


def test_undo_acts_while_a_person_is_in_charge(world: World) -> None:
    """P10: other buttons wait."""
    chat = world.chat("ada")
    done = chat.say("cancel", CANCEL)
    chat.say("a person please", cases.talk_to_human)
    cases.reply(world.deps, case_of(chat), "Hello.")
    assert "goes on as before" in chat.press(done.button("undo")).text
    assert chat.press(done.button("skip")).messages == ()
    assert world.state("ada-pro") is Status.ACTIVE


def test_an_event_is_no_language(world: World) -> None:
    """The line it leaves in a transcript is ours, not theirs."""
    chat = world.chat_at("77", locale="de")
    chat.happen(Event.ATTACHMENT, "voice")
    chat.happen(Event.CANCEL, "/cancel")
    assert chat.state.locale == "de"


def test_an_event_after_an_hour_begins_an_episode_as_a_text_does(world: World) -> None:
    """So that Rasa's tracker stays short."""
    chat = world.linked("ada", "77")
    before = chat.state.episode
    world.clock.advance(hours=1)
    chat.happen(Event.ATTACHMENT, "photo")
    assert chat.state.episode == before + 1
