"""Operations that a billing system elsewhere carries out: one asks at a time, and what is open is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.domain.cancellations import OperationState
from bot.domain.wished_end import Days
from bot.ports import Store, View
from tests.contract.racing import race
from tests.fixtures import builders
from tests.fixtures.fakes import START

LATER = START + timedelta(seconds=30)


def test_everything_of_an_operation_comes_back(populated: Store) -> None:
    """How it was asked for, when, how often, and why that failed."""
    full = builders.operation(
        state=OperationState.ASKED,
        immediately=True,
        until=LATER,
        instead_of=Days.on(date(2026, 3, 31)),
        asked_at=START,
        attempts=3,
        fault="away",
        tell_later=True,
    )
    with populated.begin() as work:
        work.operations.add(full)
        assert work.operations.get("o_1") == full
        assert work.operations.get("none") is None


def test_one_claims_at_a_time(populated: Store) -> None:
    """Until the time is over or it is given back, and nobody what is done."""
    with populated.begin() as work:
        work.operations.add(builders.operation())
        assert work.operations.claim("o_1", "me", START, LATER) == builders.operation()
        assert work.operations.claim("o_1", "you", START, LATER) is None
        work.operations.release("o_1", "you")
        assert work.operations.claim("o_1", "you", START, LATER) is None
        work.operations.release("o_1", "me")
        assert work.operations.claim("o_1", "you", START, LATER) is not None
        assert work.operations.claim("o_1", "me", LATER, LATER + timedelta(seconds=30)) is not None
        work.operations.put(replace(builders.operation(), state=OperationState.CONFIRMED))
        assert work.operations.claim("o_1", "me", LATER + timedelta(hours=1), LATER) is None
        assert work.operations.claim("none", "me", START, LATER) is None


def test_one_of_many_who_claim_at_once_gets_it(populated: Store) -> None:
    """From as many units of work."""
    with populated.begin() as work:
        work.operations.add(builders.operation())
        work.commit()

    def claim(number: int) -> bool:
        with populated.begin() as work:
            claimed = work.operations.claim("o_1", f"w_{number}", START, LATER)
            work.commit()
        return claimed is not None

    assert sum(race(8, claim)) == 1


def test_what_is_open_is_listed_oldest_first(populated: Store) -> None:
    """Recorded or asked for; nothing that has ended."""
    states = [OperationState.ASKED, *OperationState]
    with populated.begin() as work:
        for number, state in enumerate(states, start=1):
            at = START - timedelta(minutes=number)
            made = builders.operation(f"o_{number}", generation=number, state=state, recorded_at=at)
            work.operations.add(made)
        listed = [(item.id, item.open) for item in work.operations.unfinished()]
        assert listed == [("o_3", True), ("o_2", True), ("o_1", True)]
        assert len(work.operations.unfinished(limit=1)) == 1


def test_a_view_is_kept_replaced_and_spoilt(populated: Store) -> None:
    """By its name; what is not there can't be spoilt."""
    view = View('["what was told"]', START)
    with populated.begin() as work:
        assert work.views.get("plans") is None
        work.views.spoil("plans")
        work.views.put("plans", view)
        assert work.views.get("plans") == view
        work.views.spoil("plans")
        assert work.views.get("plans") == replace(view, stale=True)
        work.views.put("plans", replace(view, value="[]", read_at=LATER))
        assert work.views.get("plans") == View("[]", LATER)
