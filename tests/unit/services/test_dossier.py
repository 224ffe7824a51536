from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.cancellations import OperationKind
from bot.domain.customers import Role
from bot.domain.desk import Note
from bot.domain.errors import NotFoundError
from bot.domain.finding import Facet
from bot.domain.masking import veiled
from bot.services import dossier
from tests.fixtures.builders import message
from tests.unit.services.chat import Chat
from tests.unit.services.script import CANCEL, LOG_OUT, PERSON, REASON
from tests.unit.services.world import World


def cancelled(world: World) -> Chat:
    """Ada has left, and has said why."""
    chat = world.chat("ada")
    chat.say("cancel", CANCEL)
    chat.say("too expensive", REASON)
    return chat


def test_it_holds_what_was_said_and_done(world: World) -> None:
    """The declaration, what was done, its receipt and the reason; who it was, and how that was proved."""
    chat = cancelled(world)
    found = dossier.of(world.deps, chat.id)
    assert list(found.messages) == list(chat.transcript)
    assert found.earlier is None
    assert found.customer is not None
    assert found.customer.ref == "ada"
    assert found.proof == chat.proof
    (declared,) = found.declared
    ((operation, receipt),) = declared.operations
    assert operation.kind is OperationKind.CANCEL
    assert [receipt] == world.receipts("ada")
    assert declared.answers
    assert list(declared.answers) == world.answers()
    assert found.facets[Facet.OUTCOME] == ("cancelled",)


def test_a_long_conversation_comes_in_windows(world: World) -> None:
    """A hundred at once, and where to go on from; each message once."""
    chat = world.chat("ada")
    with world.store.begin() as work:
        for number in range(dossier.WINDOW * 2 + 5):
            work.messages.add(message(chat.id, f"Number {number}"))
        work.commit()
    before: int | None = None
    seen: list[int] = []
    while True:
        found = dossier.of(world.deps, chat.id, before)
        assert len(found.messages) <= dossier.WINDOW
        seen = [*(item.seq for item in found.messages), *seen]
        before = found.earlier
        if before is None:
            break
    assert seen == list(range(1, chat.state.next_seq))
    assert len(seen) > dossier.WINDOW * 2


def test_it_leads_to_their_other_conversations(world: World) -> None:
    """On all channels; to nobody else's."""
    chat, others, max_ = world.chat("ada"), [world.chat("ada"), world.linked("ada", "77")], world.chat("max")
    found = dossier.of(world.deps, chat.id)
    assert {item.id for item in found.others} == {item.id for item in others}
    assert max_.id not in {item.id for item in found.others}


def test_whoever_was_there_stays_known(world: World) -> None:
    """A proof ends, what was said stays: so their name goes on being hidden."""
    chat = cancelled(world)
    world.clock.advance(days=30)
    found = dossier.of(world.deps, chat.id)
    assert found.proof is None
    assert found.customer is not None
    assert found.customer.ref == "ada"
    assert "Ada" not in veiled("Goodbye, Ada.", found.personal)


def test_everybody_who_used_the_browser_is_known(world: World) -> None:
    """Ada, who left and logged out, Nil after her, and somebody who belongs to an account."""
    chat = cancelled(world)
    chat.say("log out", LOG_OUT)
    chat.verify("nil@example.com")
    found = dossier.of(world.deps, chat.id)
    assert found.customer is not None
    assert found.customer.ref == "nil"
    assert {"Ada", "ada@example.com", "Nil", "nil@example.com"} <= set(found.personal)


def test_members_are_known_by_their_own_names(world: World) -> None:
    """Beside the account that they belong to."""
    world.member("kim", Role.MEMBER, "ada", phone="+4917012345")
    chat = world.chat()
    chat.verify("kim@example.com")
    found = dossier.of(world.deps, chat.id)
    assert found.member is not None
    assert {"Kim", "kim@example.com", "+4917012345", "Ada"} <= set(found.personal)


def test_members_stay_known(world: World) -> None:
    """Their proof ends as well, and what they said of themselves stays where viewers read it."""
    world.member("kim", Role.MEMBER, "ada", phone="+4917012345")
    chat = world.chat()
    chat.verify("kim@example.com")
    world.clock.advance(days=30)
    found = dossier.of(world.deps, chat.id)
    assert found.member is None
    assert {"Kim", "kim@example.com", "+4917012345", "Ada"} <= set(found.personal)
    with world.store.reading() as work:
        assert set(dossier.personal_of(dossier.known_in(world.deps, work, chat.id))) == set(found.personal)


def test_a_visitor_is_nobody(world: World) -> None:
    """Until they prove who they are."""
    chat = world.chat()
    found = dossier.of(world.deps, chat.id)
    assert (found.customer, found.proof, found.others, found.personal) == (None, None, [], ())


def test_what_staff_left_there_is_in_it(world: World) -> None:
    """The case that is open, and notes."""
    chat = world.chat("ada")
    chat.say("a person please", PERSON)
    note = Note("n_1", chat.id, "st_1", "calls back", world.clock.now() + timedelta(minutes=1))
    with world.store.begin() as work:
        work.desk.add_note(note)
        work.commit()
    found = dossier.of(world.deps, chat.id)
    assert found.case == chat.case
    assert list(found.notes) == [note]


def test_what_is_not_there_is_not_found(world: World) -> None:
    """Whatever is put into an address."""
    with pytest.raises(NotFoundError):
        dossier.of(world.deps, "c_none")
