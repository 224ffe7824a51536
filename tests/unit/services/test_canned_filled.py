from __future__ import annotations

from bot.services import canned, cases, desk
from tests.unit.services.script import PERSON
from tests.unit.services.staffed import Staffed

TEXT = "Hello {name}, this is about {number}."


def test_a_reply_is_filled_in_when_it_is_sent(staffed: Staffed) -> None:
    """With the name of who has proved to be there; without one where nobody has."""
    staffed.world.customer("ada")
    by = staffed.joins().id
    for chat, said in ((staffed.world.chat("ada"), "Hello Ada, this"), (staffed.world.chat(), "Hello, this")):
        chat.say("a person please", PERSON)
        (case,) = cases.listed(staffed.deps)
        message = desk.reply(staffed.deps, chat.id, TEXT, by)
        assert message is not None
        assert message.text == f"{said} is about {case.id}."
        desk.hand_back(staffed.deps, case.id, by)


def test_other_braces_are_left_alone(staffed: Staffed) -> None:
    """Nothing else in a text means anything."""
    staffed.world.chat().say("a person please", PERSON)
    (case,) = cases.listed(staffed.deps)
    text = "{0} {case.id} {name.__class__} {{}} %s"
    with staffed.deps.store.reading() as work:
        assert canned.filled(staffed.deps, work, case, text) == text
