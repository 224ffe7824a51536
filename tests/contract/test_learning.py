from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.cases import CaseState
from bot.domain.shadow import Shadowed
from bot.ports import Store
from tests.fixtures import builders
from tests.fixtures.fakes import START


def test_the_newest_messages_come_first(populated: Store) -> None:
    """Of all conversations; at the same instant the later of one conversation; no more than asked for."""
    with populated.begin() as work:
        work.conversations.put(builders.conversation("c_2"))
        for conversation, text, minutes in (("c_1", "one", 0), ("c_2", "two", 1), ("c_1", "three", 2)):
            at = START + timedelta(minutes=minutes)
            work.messages.add(builders.message(conversation, text, at=at))
        work.messages.add(builders.message("c_1", "four", at=START + timedelta(minutes=2)))
        assert [item.text for item in work.messages.newest(10)] == ["four", "three", "two", "one"]
        assert [item.text for item in work.messages.newest(2)] == ["four", "three"]
        since = START + timedelta(minutes=1)
        assert [item.text for item in work.messages.newest(10, since)] == ["four", "three", "two"]


def test_the_newest_cases_come_first(populated: Store) -> None:
    """Closed ones too."""
    closed = builders.case("k_1", state=CaseState.CLOSED, closed_at=START)
    with populated.begin() as work:
        work.cases.add(closed)
        work.cases.add(builders.case("k_2"))
        assert [item.id for item in work.cases.newest(10)] == ["k_2", "k_1"]
        assert [item.id for item in work.cases.newest(1)] == ["k_2"]


def test_a_decision_is_kept_once_for_a_message(populated: Store) -> None:
    """Every field comes back; a second decision about a message changes nothing."""
    first = builders.shadow_decision("m_1", asked_in="m_2", intent=None, confidence=None)
    second = builders.shadow_decision("m_2", decision=Shadowed.UNDO)
    with populated.begin() as work:
        for inbox_id in ("m_1", "m_2"):
            work.inbox.add(builders.entry(inbox_id))
        assert work.shadow.add(first)
        assert work.shadow.add(second)
        assert not work.shadow.add(replace(first, decision=Shadowed.UNDO))
        assert work.shadow.newest(10) == [second, first]
        assert work.shadow.newest(1) == [second]
