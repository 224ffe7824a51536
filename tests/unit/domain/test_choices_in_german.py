"""Plans named in German, where the verb may stand at either end."""

from __future__ import annotations

import pytest

from bot.domain.choices import Choice, asks_to_end, choose, choose_by_position
from bot.domain.text import normalise
from tests.unit.domain.support import a_plan, a_subscription

BASIC, PRO, TEAM = HELD = tuple(a_subscription(a_plan(name)) for name in ("Basic", "Pro", "Team"))
UNCLEAR = Choice(unclear=True)


def _names(choice: Choice) -> str:
    return " ".join(item.plan.name for item in choice.subscriptions)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("mein Pro-Abo", "Pro"),
        ("das Pro", "Pro"),
        ("ich meine das Pro", "Pro"),
        ("nur Pro", "Pro"),
        ("Pro und Basic kündigen, Team behalten", "Basic Pro"),
        ("Pro sowie Team kündigen", "Pro Team"),
        ("Kündigen Sie bitte mein Pro-Abo", "Pro"),
        ("kündigen Sie Pro, aber nicht Basic", "Pro"),
        ("Pro bitte kündigen, Basic nicht", "Pro"),
        ("ich möchte mein Basic-Abo behalten und Pro kündigen", "Pro"),
        ("Basic soll bleiben, Pro kündigen", "Pro"),
        ("Pro soll weg", "Pro"),
        ("das Team-Paket bitte beenden", "Team"),
        ("meine Team-Mitgliedschaft auflösen", "Team"),
        ("lösen Sie den Vertrag Pro auf", "Pro"),
        ("nicht Basic, sondern Pro", "Pro"),
        ("nicht Pro sondern Basic", "Basic"),
        ("Pro brauche ich nicht mehr", "Pro"),
        ("Pro würde ich gerne kündigen", "Pro"),
        ("lassen Sie Basic laufen und kündigen Sie Team", "Team"),
        ("wechseln Sie mich auf Basic und kündigen Sie Pro", "Pro"),
        ("statt Pro bitte Team kündigen", "Team"),
        ("Bitte Pro und Team nicht kündigen, nur Basic", "Basic"),
        ("vielen Dank für alles, bitte Pro kündigen", "Pro"),
    ],
)
def test_the_plans_to_end_are_taken_from_a_german_sentence(text: str, names: str) -> None:
    """Exactly those it says should end."""
    choice = choose(normalise(text), HELD)
    assert _names(choice) == names
    assert not choice.everything


@pytest.mark.parametrize(
    "text",
    ["alles kündigen", "beide", "alle drei kündigen", "alle beide", "kündigen Sie alles", "beides kündigen"],
)
def test_alles_is_everything(text: str) -> None:
    """Without a name in it."""
    assert choose(normalise(text), HELD).everything


@pytest.mark.parametrize(
    "text",
    [
        "alle außer Pro",
        "alles bis auf Pro",
        "alle Abos kündigen, nur Pro nicht",
        "Basic behalten",
        "Pro nicht kündigen",
        "Pro kündigen will ich nicht",
        "Pro will ich nicht kündigen",
        "ich brauche nur noch Basic",
        "ich will Pro",
        "mein Team nutzt es nicht, kündigen",
    ],
)
def test_a_german_exception_or_denial_is_asked_about(text: str) -> None:
    """Nothing is guessed at."""
    assert choose(normalise(text), HELD) == UNCLEAR


@pytest.mark.parametrize("text", ["alles gut", "alles klar", "danke für alles", "alles in ordnung"])
def test_german_idioms_end_nothing(text: str) -> None:
    """Not every "alles" is one."""
    assert choose(normalise(text), HELD) == Choice()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("das erste", "Basic"),
        ("Nummer zwei", "Pro"),
        ("ja, das dritte Abo bitte", ""),
        ("das dritte Abo bitte", "Team"),
        ("nimm das erste", "Basic"),
        ("zwei", "Pro"),
    ],
)
def test_a_german_place_in_the_list(text: str, name: str) -> None:
    """Where the whole answer says so."""
    assert _names(choose_by_position(normalise(text), HELD)) == name


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("nein, beenden Sie es", True),
        ("nein, ich kündige", True),
        ("nein, nicht kündigen", False),
        ("nein, kündigen will ich nicht", False),
        ("nein, bitte keine Kündigung", False),
        ("nein, ich habe schon gekündigt", False),
    ],
)
def test_a_nein_may_ask_to_end(text: str, wish: bool) -> None:
    """Or say the opposite, before or behind the verb."""
    assert asks_to_end(normalise(text)) is wish
