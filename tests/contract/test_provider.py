"""What every billing provider promises."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.domain.errors import ConflictError, NotFoundError
from bot.domain.subscriptions import Status
from bot.ports import CancelAt
from tests.contract.conftest import Backend
from tests.contract.providers import NOTHING, PROVIDERS, World
from tests.contract.racing import race
from tests.fixtures import builders
from tests.fixtures.fakes import START


@pytest.fixture(params=PROVIDERS)
def world(request: pytest.FixtureRequest, backend: Backend) -> World:
    """A provider in which `ada` has one active subscription, `s_1`."""
    made = PROVIDERS[request.param](backend.store)
    made.give(builders.subscription())
    return made


def test_subscriptions_are_reported_with_the_period_that_holds_now(world: World) -> None:
    """Begun on 31 January at 9 in Berlin: renewed on 28 February at 9, and at 9 in spite of summer time."""
    assert world.one().period.start == datetime.fromisoformat("2026-02-28T09:00:00+01:00")
    assert world.one().period.end == datetime.fromisoformat("2026-03-31T09:00:00+02:00")
    world.clock.time = world.one().period.end
    assert world.one().period.start == datetime.fromisoformat("2026-03-31T09:00:00+02:00")
    with world.store.begin() as work:
        assert list(world.billing.within(work).subscriptions("nobody")) == []


def test_subscriptions_are_listed_oldest_first(world: World) -> None:
    """Ended ones too."""
    older = builders.ANCHOR - timedelta(days=90)
    world.give(
        builders.subscription("s_0", anchor=older, status=Status.ENDED, ends_at=START - timedelta(days=40))
    )
    assert [(item.ref, item.status) for item in world.all()] == [
        ("s_0", Status.ENDED),
        ("s_1", Status.ACTIVE),
    ]


def test_a_cancelled_subscription_runs_on_to_its_end_and_has_ended_then(world: World) -> None:
    """Cancelling until the end, ended from that very moment on, with its last period."""
    period = world.one().period
    done = world.cancel("s_1:1")
    assert (done.status, done.ends_at, done.period) == (Status.CANCELLING, period.end, period)
    assert world.one() == done
    world.clock.time = period.end - timedelta(microseconds=1)
    assert world.one().status is Status.CANCELLING
    world.clock.time = period.end
    assert (world.one().status, world.one().period) == (Status.ENDED, period)


def test_a_subscription_can_end_periods_ahead(world: World) -> None:
    """It renews until then, also in the middle of a period, and can be resumed in any of them."""
    ends = datetime.fromisoformat("2026-05-15T00:00:00+02:00")
    assert world.cancel("s_1:1", at=ends).ends_at == ends
    world.clock.time = datetime.fromisoformat("2026-04-10T12:00:00+02:00")
    renewed = world.one()
    assert (renewed.status, renewed.ends_at) == (Status.CANCELLING, ends)
    assert renewed.period.start == datetime.fromisoformat("2026-03-31T09:00:00+02:00")
    resumed = world.resume("s_1:2")
    assert (resumed.status, resumed.ends_at, resumed.period) == (Status.ACTIVE, None, renewed.period)
    world.cancel("s_1:3", at=ends)
    world.clock.time = ends
    last = world.one()
    assert last.status is Status.ENDED
    assert ends - timedelta(microseconds=1) in last.period


def test_a_trial_cancelled_for_later_is_a_plan_once_it_is_over(world: World) -> None:
    """Resumed after the trial, it is no trial any more."""
    until = START + timedelta(days=3)
    world.give(builders.subscription(status=Status.TRIAL, trial_until=until))
    world.cancel("s_1:1", at=datetime.fromisoformat("2026-04-30T09:00:00+02:00"))
    world.clock.time = until + timedelta(days=1)
    assert world.one().status is Status.CANCELLING
    assert world.resume("s_1:2").status is Status.ACTIVE


def test_a_subscription_can_end_at_once(world: World) -> None:
    """It has ended when the call returns."""
    done = world.cancel("s_1:1", at=START, immediately=True)
    assert (done.status, done.ends_at) == (Status.ENDED, START)
    assert world.one() == done


def test_a_key_acts_once(world: World) -> None:
    """The same key again returns the subscription and changes nothing, whatever else the call says."""
    first = world.cancel("s_1:1")
    assert world.cancel("s_1:1", at=START, immediately=True) == first
    assert world.resume("s_1:1") == first


def test_a_repeated_key_tells_what_holds_now(world: World) -> None:
    """A late retry of an old call does not bring the old state back."""
    world.cancel("s_1:1")
    resumed = world.resume("s_1:2")
    assert world.cancel("s_1:1") == resumed
    assert world.one().status is Status.ACTIVE


def test_what_is_cancelled_already_is_a_conflict(world: World) -> None:
    """Under a new key, while it runs out and once it has ended."""
    world.cancel("s_1:1")
    with pytest.raises(ConflictError):
        world.cancel("s_1:2")
    world.clock.advance(days=40)
    with pytest.raises(ConflictError):
        world.cancel("s_1:3")


@pytest.mark.parametrize(
    ("status", "trial_until"),
    [(Status.ACTIVE, None), (Status.PAUSED, None), (Status.TRIAL, START + timedelta(days=4))],
)
def test_resuming_gives_back_what_it_was(world: World, status: Status, trial_until: datetime | None) -> None:
    """Active, paused or in trial, as before the cancellation, with no end."""
    world.give(builders.subscription(status=status, trial_until=trial_until))
    before = world.one()
    world.cancel("s_1:1", at=START + timedelta(days=4))
    assert world.one().status is Status.CANCELLING
    resumed = world.resume("s_1:2")
    assert resumed == before == world.one()


def test_cancel_undo_cancel_works(world: World) -> None:
    """Each with a key of its own."""
    world.cancel("s_1:1")
    world.resume("s_1:2")
    assert world.cancel("s_1:3").status is Status.CANCELLING


def test_there_is_nothing_to_resume_once_it_has_ended_or_before_it_was_cancelled(world: World) -> None:
    """Both are conflicts."""
    with pytest.raises(ConflictError):
        world.resume("s_1:1")
    ends_at = world.cancel("s_1:1").ends_at
    assert ends_at is not None
    world.clock.time = ends_at
    with pytest.raises(ConflictError):
        world.resume("s_1:2")


def test_an_unknown_subscription_is_not_found(world: World) -> None:
    """Neither to cancel nor to resume."""
    with world.store.begin() as work:
        provider = world.billing.within(work)
        with pytest.raises(NotFoundError):
            provider.cancel("none", at=CancelAt(START, False, NOTHING), idempotency_key="k")
        with pytest.raises(NotFoundError):
            provider.resume("none", idempotency_key="k")


def test_one_key_acts_once_under_load(world: World) -> None:
    """Twelve calls with one key at once all get the same answer."""
    end = world.one().period.end
    answers = race(12, lambda _: world.cancel("s_1:1", at=end))
    assert len(set(answers)) == 1
    assert answers[0].status is Status.CANCELLING


def test_one_of_many_keys_cancels(world: World) -> None:
    """Twelve keys at once: one cancels, the others are told."""
    end = world.one().period.end

    def cancel(number: int) -> bool:
        try:
            world.cancel(f"key {number}", at=end)
        except ConflictError:
            return False
        return True

    assert sum(race(12, cancel)) == 1
