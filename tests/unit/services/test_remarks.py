from __future__ import annotations

import pytest

from bot.domain.audit import Action
from bot.domain.errors import FairwellError, NotFoundError
from bot.domain.finding import Facet
from bot.services import remarks
from tests.unit.services.answering import Answering
from tests.unit.services.staffed import Staffed


@pytest.fixture
def answering(staffed: Staffed) -> Answering:
    """Two of the staff."""
    return Answering(staffed)


def facets(answering: Answering, conversation_id: str) -> dict[Facet, tuple[str, ...]]:
    """What a conversation is found by."""
    with answering.world.store.begin() as work:
        return dict(work.finding.facets(conversation_id))


def test_notes_are_for_colleagues(answering: Answering) -> None:
    """In order, sealed in the database, and never said to the customer."""
    chat = answering.chat()
    before = chat.transcript
    remarks.note(answering.deps, chat.id, answering.bea, " Called them. ")
    answering.clock.advance(minutes=1)
    remarks.note(answering.deps, chat.id, answering.cem, "All good.")
    with answering.world.store.begin() as work:
        notes = work.desk.notes(chat.id)
    assert [(item.staff_id, item.text) for item in notes] == [
        (answering.bea.id, "Called them."), (answering.cem.id, "All good."),
    ]  # fmt: skip
    assert chat.transcript == before
    assert answering.acts(chat) == [Action.NOTED, Action.NOTED]


@pytest.mark.parametrize("text", ["", " \n ", "x" * (remarks.MAX_NOTE + 1)])
def test_a_note_says_something(answering: Answering, text: str) -> None:
    """And not a book."""
    chat = answering.chat()
    with pytest.raises(FairwellError):
        remarks.note(answering.deps, chat.id, answering.bea, text)
    assert answering.acts(chat) == []


def test_one_takes_away_ones_own_note_and_a_manager_any(answering: Answering) -> None:
    """That it was there stays in the audit."""
    chat, other = answering.chat(), answering.staffed.joins("eli")
    remarks.note(answering.deps, chat.id, answering.bea, "mine")
    remarks.note(answering.deps, chat.id, answering.bea, "mine, too")
    with answering.world.store.begin() as work:
        first, second = work.desk.notes(chat.id)
    for note_id in (first.id, "n_none"):
        with pytest.raises(NotFoundError):
            remarks.remove_note(answering.deps, note_id, other)
    assert remarks.remove_note(answering.deps, first.id, answering.bea) == chat.id
    assert remarks.remove_note(answering.deps, second.id, answering.cem) == chat.id
    assert answering.acts(chat) == [Action.NOTED] * 4


def test_labels_are_alike_however_they_are_written(answering: Answering) -> None:
    """Put on twice it is there once; taken off it is gone."""
    chat = answering.chat()
    for name in ("VIP", " vip ", "Zurück  Gerufen", "a-1"):
        remarks.label(answering.deps, chat.id, answering.bea.id, name, on=True)
    assert facets(answering, chat.id)[Facet.LABEL] == ("a-1", "vip", "zurück gerufen")
    remarks.label(answering.deps, chat.id, answering.bea.id, "Vip", on=False)
    assert facets(answering, chat.id)[Facet.LABEL] == ("a-1", "zurück gerufen")


@pytest.mark.parametrize("name", ["", "  ", "-x", "<b>", "a&b", "x" * 41, "a\u0000b", "a\u202eb"])
def test_what_is_no_label_is_refused(answering: Answering, name: str) -> None:
    """Letters, digits, spaces and hyphens."""
    chat = answering.chat()
    with pytest.raises(FairwellError):
        remarks.label(answering.deps, chat.id, answering.bea.id, name, on=True)
    assert Facet.LABEL not in facets(answering, chat.id)


def test_a_flag_is_there_or_not(answering: Answering) -> None:
    """For others to look at."""
    chat = answering.chat()
    for on in (True, True, False):
        remarks.flag(answering.deps, chat.id, answering.bea.id, on=on)
        assert (Facet.FLAGGED in facets(answering, chat.id)) is on
    assert answering.acts(chat) == [Action.FLAGGED] * 3


def test_nothing_is_left_where_there_is_no_conversation(answering: Answering) -> None:
    """The audit names none that never was."""
    with pytest.raises(NotFoundError):
        remarks.note(answering.deps, "c_none", answering.bea, "hello")
    with pytest.raises(NotFoundError):
        remarks.label(answering.deps, "c_none", answering.bea.id, "x", on=True)
    with pytest.raises(NotFoundError):
        remarks.flag(answering.deps, "c_none", answering.bea.id, on=True)
