"""The language of a conversation: heard, asked for, held, and the same when a turn is repeated."""

from __future__ import annotations

import pytest

from bot.domain.conversations import Awaiting
from bot.domain.languages import Guess, LocaleFrom
from bot.services import switch_language, turns
from tests.unit.services.script import CANCEL, EMAIL, PRO, TEAM, UNCLEAR
from tests.unit.services.world import World

ASK = switch_language.handle


@pytest.fixture
def world() -> World:
    """A world that knows a few German sentences."""
    made = World()
    for text in ("ich möchte kündigen", "mein Abo bitte beenden", "auf Deutsch bitte"):
        made.languages.guesses[text] = Guess("de", 0.99)
    for text in ("I want to cancel", "what was that"):
        made.languages.guesses[text] = Guess("en", 0.99)
    return made


def test_a_german_message_is_answered_in_german(world: World) -> None:
    """The very reply to it is in German, dates and buttons too."""
    world.customer("ada", PRO)
    chat = world.chat("ada")
    answer = chat.say("ich möchte kündigen", CANCEL)
    assert answer.text.startswith("Erledigt. Ihr Pro-Abo ist gekündigt.")
    assert "Rückgängig machen" in answer.titles
    assert chat.state.locale_from is LocaleFrom.HEARD


def test_the_receipt_is_in_the_language_it_was_asked_for_in(world: World) -> None:
    """Whatever was once entered for the customer."""
    world.customer("ada", PRO)
    world.chat("ada").say("ich möchte kündigen", CANCEL)
    assert [receipt.locale for receipt in world.receipts("ada")] == ["de"]


def test_what_tells_nothing_changes_nothing(world: World) -> None:
    """A look-alike is answered in the language spoken so far."""
    chat = world.chat()
    chat.say("ich möchte kündigen", CANCEL)
    assert chat.say("stop", UNCLEAR).text.startswith("Das habe ich nicht verstanden")


def test_who_goes_on_in_another_language_is_followed(world: World) -> None:
    """From German to English within one conversation."""
    chat = world.chat()
    chat.say("ich möchte kündigen", CANCEL)
    assert chat.say("what was that", UNCLEAR).text.startswith("That wasn't clear")


def test_a_language_asked_for_is_held(world: World) -> None:
    """Until another one is asked for."""
    chat = world.chat()
    assert chat.say("german", ASK).text == "Gern, ab jetzt auf Deutsch. Was möchten Sie tun?"
    assert chat.state.locale_from is LocaleFrom.ASKED
    assert chat.say("what was that", UNCLEAR).text.startswith("Das habe ich nicht verstanden")
    assert chat.say("English", ASK).text.startswith("Of course, in English")


def test_the_open_question_is_put_in_the_new_language(world: World) -> None:
    """While an address is wanted, and while a plan is to be chosen; what is waited for stays."""
    chat = world.chat()
    chat.say("I want to cancel", CANCEL)
    answer = chat.say("auf Deutsch bitte", ASK)
    assert [message.text for message in answer.messages] == [
        "Gern, ab jetzt auf Deutsch.",
        "Damit wir sicher sind, dass Sie es sind: Unter welcher E-Mail-Adresse läuft das Konto?",
    ]
    assert chat.state.awaiting is Awaiting.EMAIL
    chat.say("ada@example.com", EMAIL)
    assert "sechsstelligen Code" in chat.say("deutsch", ASK).text

    world.customer("bob", PRO, TEAM)
    chosen = world.chat("bob")
    chosen.say("I want to cancel", CANCEL)
    asked = chosen.say("auf Deutsch bitte", ASK)
    assert asked.titles[-3:] == ["Pro-Abo", "Team-Abo", "Alle"]
    assert chosen.press(asked.button("cancel:pro")).text.startswith("Erledigt. Ihr Pro-Abo")


def test_the_exit_question_is_not_put_again(world: World) -> None:
    """It is asked once, in whichever language."""
    world.customer("ada", PRO)
    chat = world.chat("ada")
    chat.say("I want to cancel", CANCEL)
    assert chat.say("auf Deutsch bitte", ASK).kinds == ["text"]
    assert chat.state.awaiting is Awaiting.EXIT_ANSWER


def test_an_unspoken_language_is_named_with_the_way_to_a_person(world: World) -> None:
    """Nothing is pretended, and no case is opened behind anybody's back."""
    chat = world.chat()
    answer = chat.say("french", ASK)
    assert "fr as said in en is not among them" in answer.text
    assert answer.names == ["talk_to_human"]
    assert chat.case is None


def test_without_a_plain_choice_the_languages_are_shown(world: World) -> None:
    """None named, or two: a button each, under its own name, which speaks it from then on."""
    for text in ("another language", "english german"):
        answer = world.chat().say(text, ASK)
        assert answer.names == ["language:en", "language:de"]
    chat = world.chat()
    press = chat.say("another language", ASK).button("language:de")
    assert chat.press(press).text.startswith("Gern")
    assert chat.state.locale == "de"


def test_naming_the_language_spoken_shows_the_others(world: World) -> None:
    """Who writes "my English is bad" may want another."""
    answer = world.chat().say("my bad english", ASK)
    assert answer.names == ["language:de"]


def test_a_repeated_turn_is_in_the_same_language(world: World) -> None:
    """What was prepared once is frozen with its language."""
    chat = world.chat()
    inbox_id = chat.accept("ich möchte kündigen")
    first = turns.prepare(world.deps, inbox_id)
    world.languages.guesses.clear()
    assert first.language == "de"
    assert turns.prepare(world.deps, inbox_id) == first
