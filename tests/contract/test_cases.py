from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.cases import CaseState
from bot.domain.errors import ConflictError
from bot.ports import Store
from tests.contract.racing import race
from tests.fixtures import builders
from tests.fixtures.fakes import START


def test_a_case_comes_back_as_it_was_put(populated: Store) -> None:
    """Every field, by id and as the conversation's current one."""
    accepted = builders.case(
        state=CaseState.ACCEPTED, customer_ref="ada", accepted_at=START, waiting_since=START
    )
    with populated.begin() as work:
        work.cases.add(builders.case())
        assert work.cases.get("k_1") == builders.case()
        work.cases.put(accepted)
        assert work.cases.get("k_1") == accepted
        assert work.cases.current("c_1") == accepted
        assert work.cases.current("c_2") is None
        assert work.cases.get("none") is None
        assert work.cases.lock("k_1") == accepted
        assert work.cases.lock("none") is None


def test_a_conversation_has_one_case_that_is_not_closed(populated: Store) -> None:
    """A second one is a conflict until the first is closed."""
    with populated.begin() as work:
        work.cases.add(builders.case())
        with pytest.raises(ConflictError):
            work.cases.add(builders.case("k_2"))
        work.cases.put(builders.case(state=CaseState.CLOSED, closed_at=START))
        assert work.cases.current("c_1") is None
        work.cases.add(builders.case("k_2"))
        assert work.cases.current("c_1") == builders.case("k_2")


def test_one_case_is_opened_by_many(populated: Store) -> None:
    """Eight threads open a case at once: one is opened."""

    def open_case(number: int) -> bool:
        with populated.begin() as work:
            try:
                work.cases.add(builders.case(f"k_{number}"))
            except ConflictError:
                return False
            work.commit()
            return True

    assert sum(race(8, open_case)) == 1


def test_cases_are_listed_oldest_first(populated: Store) -> None:
    """Without the closed ones unless asked for, and as many as asked for."""
    with populated.begin() as work:
        work.cases.add(builders.case("k_2", state=CaseState.CLOSED))
        work.cases.add(builders.case("k_1"))
        work.conversations.put(builders.conversation("c_2"))
        work.cases.add(builders.case("k_0", conversation_id="c_2"))
        assert [case.id for case in work.cases.all()] == ["k_1", "k_0"]
        assert [case.id for case in work.cases.all(closed=True)] == ["k_2", "k_1", "k_0"]
        assert [case.id for case in work.cases.all(limit=1)] == ["k_1"]


def test_customers_who_wait_are_counted(populated: Store) -> None:
    """Where nobody has taken the case, or has not answered since; all of them, however many."""
    kinds: list[dict[str, Any]] = [
        {"state": CaseState.OPEN}, {"state": CaseState.OPEN, "waiting_since": START},
        {"state": CaseState.ACCEPTED, "waiting_since": START},
        {"state": CaseState.ACCEPTED}, {"state": CaseState.CLOSED, "waiting_since": START},
    ]  # fmt: skip
    with populated.begin() as work:
        assert work.cases.count_waiting() == 0
        for number in range(350):
            work.conversations.put(builders.conversation(f"x_{number}"))
            case = builders.case(f"k_{number}", conversation_id=f"x_{number}")
            work.cases.add(replace(case, **kinds[number % 5]))
        assert work.cases.count_waiting() == 210


def test_who_waits_longest_comes_first(populated: Store) -> None:
    """For anybody at all, or for an answer; whoever does not wait takes nobody's place."""
    later = START + timedelta(minutes=1)
    made: list[dict[str, Any]] = [
        {"state": CaseState.ACCEPTED}, {"opened_at": later + timedelta(minutes=1)},
        {"state": CaseState.ACCEPTED, "waiting_since": later}, {"opened_at": START},
        {"state": CaseState.CLOSED}, {"opened_at": later},
    ]  # fmt: skip
    with populated.begin() as work:
        for number, fields in enumerate(made):
            work.conversations.put(builders.conversation(f"x_{number}"))
            work.cases.add(replace(builders.case(f"k_{number}", conversation_id=f"x_{number}"), **fields))
        assert [case.id for case in work.cases.waiting(9)] == ["k_3", "k_2", "k_5", "k_1"]
        assert [case.id for case in work.cases.waiting(1)] == ["k_3"]


def test_customers_who_wait_for_staff_are_found(populated: Store) -> None:
    """Accepted cases only, waiting at least since then, longest first: just those that are overdue."""
    now = START + timedelta(minutes=15)
    waits = {
        "k_1": START,
        "k_2": START - timedelta(minutes=1),
        "k_3": START + timedelta(seconds=1),
        "k_4": None,
    }
    with populated.begin() as work:
        for number, (ref, waiting_since) in enumerate(waits.items()):
            work.conversations.put(builders.conversation(f"x_{number}"))
            case = builders.case(ref, conversation_id=f"x_{number}", waiting_since=waiting_since)
            work.cases.add(replace(case, state=CaseState.ACCEPTED))
        work.cases.add(builders.case("k_5", waiting_since=START - timedelta(hours=1)))
        found = work.cases.accepted_before(START)
        assert [case.id for case in found] == ["k_2", "k_1"]
        assert all(case.overdue(now) for case in found)
        assert {case.id for case in work.cases.all() if case.overdue(now)} == {"k_1", "k_2"}
