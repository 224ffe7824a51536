from __future__ import annotations

import pytest

from bot.domain.audit import Action
from bot.domain.errors import FairwellError, NotFoundError
from bot.services import audit, presence, staff
from bot.services.presence import Other
from tests.unit.services.answering import Answering
from tests.unit.services.staffed import Staffed


@pytest.fixture
def answering(staffed: Staffed) -> Answering:
    """Two of the staff."""
    return Answering(staffed)


def test_reading_is_written_down_once_in_fifteen_minutes(answering: Answering) -> None:
    """However often a page is fetched, and by whom."""
    chat = answering.chat()
    for _ in range(3):
        presence.look(answering.deps, chat.id, answering.bea.id)
        answering.clock.advance(minutes=4)
    presence.look(answering.deps, chat.id, answering.cem.id)
    assert answering.acts(chat) == [Action.READ, Action.READ]
    answering.clock.advance(minutes=3)
    presence.look(answering.deps, chat.id, answering.bea.id)
    assert answering.acts(chat) == [Action.READ] * 3


def test_reading_several_is_reading_each(answering: Answering) -> None:
    """As if every one had been opened: in the audit, read, and seen there by colleagues; no other."""
    one, two, other = answering.chat(), answering.chat("telegram"), answering.chat()
    presence.look(answering.deps, one.id, answering.bea.id)
    answering.clock.advance(minutes=5)
    found = presence.look_at_all(answering.deps, [two.id, one.id, two.id], answering.bea.id)
    assert set(found) == {one.id, two.id}
    assert [answering.acts(chat) for chat in (one, two, other)] == [[Action.READ], [Action.READ], []]
    assert list(presence.others(answering.deps, two.id, answering.cem.id)) == [Other("Bea", typing=False)]
    answering.clock.advance(minutes=10)
    presence.look_at_all(answering.deps, [one.id, two.id], answering.bea.id)
    assert [answering.acts(chat) for chat in (one, two, other)] == [[Action.READ] * 2, [Action.READ], []]


def test_of_several_none_is_read_where_one_is_not_there(answering: Answering) -> None:
    """Nothing is shown then, and nothing is written down."""
    chat = answering.chat()
    with pytest.raises(NotFoundError):
        presence.look_at_all(answering.deps, [chat.id, "c_none"], answering.bea.id)
    assert answering.acts(chat) == []


def test_nobody_reads_unseen_by_saying_that_they_are_there(answering: Answering) -> None:
    """Neither before the page was opened, nor by staying on it all day."""
    chat = answering.chat()
    presence.stay(answering.deps, chat.id, answering.bea.id)
    presence.look(answering.deps, chat.id, answering.bea.id)
    assert answering.acts(chat) == [Action.READ]
    for _ in range(60):
        answering.clock.advance(minutes=1)
        presence.stay(answering.deps, chat.id, answering.bea.id)
    assert answering.acts(chat) == [Action.READ] * 5


def test_who_else_is_there(answering: Answering) -> None:
    """And who of them writes; not oneself, and nobody who has gone or was shut out."""
    chat, other = answering.chat(), answering.chat(customer="max")
    presence.look(answering.deps, chat.id, answering.bea.id)
    presence.look(answering.deps, other.id, answering.cem.id)
    assert list(presence.others(answering.deps, chat.id, answering.bea.id)) == []
    presence.stay(answering.deps, chat.id, answering.cem.id, typing=True)
    assert list(presence.others(answering.deps, chat.id, answering.bea.id)) == [Other("Cem", typing=True)]
    assert list(presence.stay(answering.deps, chat.id, answering.cem.id)) == [Other("Bea", typing=False)]
    assert list(presence.others(answering.deps, chat.id, answering.bea.id)) == [Other("Cem", typing=False)]
    staff.disable(answering.deps, answering.bea.id, audit.COMMAND_LINE)
    assert list(presence.others(answering.deps, chat.id, answering.cem.id)) == []
    answering.clock.advance(seconds=40)
    assert list(presence.others(answering.deps, chat.id, answering.bea.id)) == []


def test_personal_data_is_shown_for_a_reason_and_for_half_an_hour(answering: Answering) -> None:
    """To who gave it, there, and to nobody else; the reason is kept."""
    chat, other = answering.chat(), answering.chat(customer="max")
    for why in ("", "  x \n ", "abc"):
        with pytest.raises(FairwellError):
            presence.reveal(answering.deps, chat.id, answering.bea.id, why)
    presence.reveal(answering.deps, chat.id, answering.bea.id, " they asked\nfor a call ")
    now = answering.clock.now()
    assert presence.look(answering.deps, chat.id, answering.bea.id).sees(now)
    assert not presence.look(answering.deps, chat.id, answering.cem.id).sees(now)
    assert not presence.look(answering.deps, other.id, answering.bea.id).sees(now)
    assert [item.why for item in audit.listed(answering.deps, action="revealed")] == ["they asked for a call"]
    answering.clock.advance(minutes=29, seconds=59)
    assert presence.look(answering.deps, chat.id, answering.bea.id).sees(answering.clock.now())
    answering.clock.advance(seconds=1)
    assert not presence.look(answering.deps, chat.id, answering.bea.id).sees(answering.clock.now())


def test_showing_personal_data_is_no_way_around_being_seen(answering: Answering) -> None:
    """Who asked for it and reads then has read."""
    chat = answering.chat()
    presence.reveal(answering.deps, chat.id, answering.bea.id, "they asked for a call")
    presence.look(answering.deps, chat.id, answering.bea.id)
    assert answering.acts(chat) == [Action.REVEALED, Action.READ]


def test_nobody_is_in_a_conversation_that_is_not_there(answering: Answering) -> None:
    """Nothing is written down of it either."""
    for act in (presence.look, presence.stay):
        with pytest.raises(NotFoundError):
            act(answering.deps, "c_none", answering.bea.id)
    with pytest.raises(NotFoundError):
        presence.reveal(answering.deps, "c_none", answering.bea.id, "a good reason")
    assert list(audit.listed(answering.deps, subject="c_none")) == []
