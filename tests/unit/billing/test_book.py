from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import ConflictError
from bot.domain.money import Money
from bot.domain.periods import boundary
from bot.domain.subscriptions import Plan, Status
from bot.ports import CancelAt
from tests.contract.providers import BookWorld
from tests.contract.world import NOTHING, World
from tests.fixtures import builders
from tests.fixtures.builders import BERLIN
from tests.fixtures.fakes import START
from tests.fixtures.memory_store import MemoryStore


def test_a_trial_that_has_run_out_is_an_ordinary_subscription() -> None:
    """No job has to say so: the book works it out from the time."""
    made = BookWorld(MemoryStore())
    made.give(builders.subscription(status=Status.TRIAL, trial_until=START + timedelta(days=1)))
    assert made.one().status is Status.TRIAL
    made.wait(days=1)
    assert made.one().status is Status.ACTIVE


def test_a_pause_is_remembered_from_its_beginning_to_its_end() -> None:
    """What was paid before it counts, what it left out does not; it is over by itself, or by a word."""
    made = BookWorld(MemoryStore())
    made.give(builders.subscription())
    until = made.now + timedelta(days=3)
    with made.store.begin() as work:
        made.billing.within(work).pause("s_1", until=until, idempotency_key="s_1:1")
        work.commit()
    assert (made.one().paused_at, made.one().paused_until) == (made.now, until)
    with made.store.begin() as work:
        going_on = made.billing.within(work).unpause("s_1", idempotency_key="s_1:2")
    assert (going_on.paused_at, going_on.paused_until) == (None, None)
    made.wait(days=3)
    assert (made.one().status, made.one().paused_at) == (Status.ACTIVE, None)


def test_a_book_entry_imported_as_cancelling_can_be_resumed() -> None:
    """Nobody knows what it was before; it becomes active."""
    made = BookWorld(MemoryStore())
    made.give(builders.subscription(status=Status.CANCELLING, ends_at=START + timedelta(days=1)))
    assert made.resume("s_1:1").status is Status.ACTIVE


def test_the_books_effect_is_the_callers_to_commit() -> None:
    """Without the caller's commit neither the cancellation nor its key is kept."""
    made = BookWorld(MemoryStore())
    made.give(builders.subscription())
    with made.store.begin() as work:
        given = CancelAt(START + timedelta(days=3), False, NOTHING)
        made.billing.within(work).cancel("s_1", at=given, idempotency_key="s_1:1")
    assert made.one().status is Status.ACTIVE
    assert made.cancel("s_1:1").status is Status.CANCELLING


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(
        st.tuples(st.booleans(), st.integers(0, 5), st.integers(0, 3), st.integers(0, 12)), max_size=14
    )
)
def test_repeats_change_nothing(steps: list[tuple[bool, int, int, int]]) -> None:
    """Whatever is called in whatever order over time: with repeats of a key or without, all is the same."""
    once, often = BookWorld(MemoryStore()), BookWorld(MemoryStore())
    seen: set[str] = set()
    for made in (once, often):
        made.give(builders.subscription())
    for cancels, number, repeats, days in steps:
        key = f"key {number}"
        often_now, done = [], False
        for count in range(repeats + 1):
            often_now.append(_call(often, key, cancels))
            if count == 0 and key not in seen:
                done = _call(once, key, cancels)
        assert len(set(often_now)) == 1
        if done:
            seen.add(key)
        assert once.one() == often.one()
        once.wait(days=days)
        often.wait(days=days)


def _call(made: World, key: str, cancels: bool) -> bool:
    """Whether the call got through; a conflict uses no key up."""
    try:
        if cancels:
            made.cancel(key)
        else:
            made.resume(key)
    except ConflictError:
        return False
    return True


@settings(max_examples=60, deadline=None)
@given(days=st.integers(0, 1500), hour=st.integers(0, 23), start=st.integers(0, 800))
def test_the_period_reported_contains_now(days: int, hour: int, start: int) -> None:
    """Through leap years, month ends and clock changes, and it begins where the one before it ended."""
    made = BookWorld(MemoryStore())
    anchor = datetime.fromisoformat("2023-12-30T22:30:00+00:00") + timedelta(days=start)
    made.give(
        builders.subscription(anchor=anchor, plan=Plan("x", "X", Money(1, "EUR"), builders.PRO.interval))
    )
    made.move_to(anchor + timedelta(days=days, hours=hour))
    subscription = made.one()
    assert made.now in subscription.period
    ends = [boundary(anchor, subscription.plan.interval, count, BERLIN) for count in range(1, 60)]
    assert subscription.period.end in ends
    made.move_to(subscription.period.end)
    assert made.one().period.start == subscription.period.end
    assert replace(made.one(), period=subscription.period) == subscription
