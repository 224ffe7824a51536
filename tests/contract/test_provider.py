"""What every billing provider promises: what it tells, and how a cancellation comes and goes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.domain.errors import ConflictError, NotFoundError
from bot.domain.periods import boundary
from bot.domain.subscriptions import Status
from bot.ports import CancelAt
from tests.contract.world import NOTHING, World
from tests.fixtures import builders
from tests.fixtures.fakes import START


def renewal(world: World, number: int) -> datetime:
    """When `builders.subscription()` renews, by the provider's own clock."""
    return boundary(builders.ANCHOR, builders.PRO.interval, number, world.zone)


def test_subscriptions_are_reported_with_the_period_that_holds_now(world: World) -> None:
    """Begun on 31 January: renewed on 28 February, and on 31 March at the same time by the clock."""
    assert (world.one().period.start, world.one().period.end) == (renewal(world, 1), renewal(world, 2))
    world.move_to(world.one().period.end)
    assert (world.one().period.start, world.one().period.end) == (renewal(world, 2), renewal(world, 3))


def test_subscriptions_are_reported_with_whose_they_are_and_what_they_cost(world: World) -> None:
    """The plan by its name and its price."""
    found = world.one()
    assert (found.customer_ref, found.status) == ("ada", Status.ACTIVE)
    assert (found.plan.name, found.plan.price, found.plan.interval) == (
        builders.PRO.name,
        builders.PRO.price,
        builders.PRO.interval,
    )


def test_every_plan_on_sale_is_known(world: World) -> None:
    """The one that ada has is among them, as it stands at her subscription."""
    theirs = world.one().plan
    with world.provider() as provider:
        assert theirs in provider.plans()


def test_nobody_is_told_of_the_subscriptions_of_others(world: World) -> None:
    """Each customer has their own, and one that nobody knows has none."""
    theirs = world.give(builders.subscription("s_2", customer_ref="bob"))
    assert [item.ref for item in world.all("ada")] == [world.ref]
    assert [(item.ref, item.customer_ref) for item in world.all("bob")] == [(theirs, "bob")]
    assert world.all("nobody") == []


def test_subscriptions_are_listed_oldest_first(world: World) -> None:
    """Ended ones too."""
    older = builders.ANCHOR - timedelta(days=90)
    ended = builders.subscription(
        "s_0", anchor=older, status=Status.ENDED, ends_at=START - timedelta(days=40)
    )
    first = world.give(ended)
    assert [(item.ref, item.status) for item in world.all()] == [
        (first, Status.ENDED),
        (world.ref, Status.ACTIVE),
    ]


def test_of_several_subscriptions_one_is_cancelled(world: World) -> None:
    """The others go on, and are cancelled by keys of their own."""
    second = world.give(builders.subscription("s_2", anchor=builders.ANCHOR + timedelta(days=1)))
    third = world.give(builders.subscription("s_3", anchor=builders.ANCHOR + timedelta(days=2)))
    world.cancel(f"{second}:1", ref=second)
    standing = {item.ref: item.status for item in world.all()}
    assert standing == {world.ref: Status.ACTIVE, second: Status.CANCELLING, third: Status.ACTIVE}
    world.cancel(f"{third}:1", ref=third)
    assert world.one(third).status is Status.CANCELLING
    assert world.one().status is Status.ACTIVE


def test_a_cancelled_subscription_runs_on_to_its_end_and_has_ended_then(world: World) -> None:
    """Cancelling until the end, ended from that very moment on, with its last period."""
    period = world.one().period
    done = world.cancel(1)
    assert (done.status, done.ends_at, done.period) == (Status.CANCELLING, period.end, period)
    assert world.one() == done
    world.move_to(period.end - timedelta(microseconds=1))
    assert world.one().status is Status.CANCELLING
    world.move_to(period.end)
    assert (world.one().status, world.one().period) == (Status.ENDED, period)


def test_a_subscription_can_end_periods_ahead(world: World) -> None:
    """It renews until then, also in the middle of a period, and can be resumed in any of them."""
    ends = datetime.fromisoformat("2026-05-15T00:00:00+02:00")
    assert world.cancel(1, at=ends).ends_at == ends
    world.move_to(datetime.fromisoformat("2026-04-10T12:00:00+02:00"))
    renewed = world.one()
    assert (renewed.status, renewed.ends_at) == (Status.CANCELLING, ends)
    assert renewed.period.start == renewal(world, 2)
    resumed = world.resume(2)
    assert (resumed.status, resumed.ends_at, resumed.period) == (Status.ACTIVE, None, renewed.period)
    world.cancel(3, at=ends)
    world.move_to(ends)
    last = world.one()
    assert last.status is Status.ENDED
    assert ends - timedelta(microseconds=1) in last.period


def test_a_trial_cancelled_for_later_is_a_plan_once_it_is_over(world: World) -> None:
    """Resumed after the trial, it is no trial any more."""
    until = START + timedelta(days=3)
    ref = world.give(builders.subscription(status=Status.TRIAL, trial_until=until))
    world.ref = ref
    world.cancel(1, at=datetime.fromisoformat("2026-04-30T09:00:00+02:00"))
    world.move_to(until + timedelta(days=1))
    assert world.one().status is Status.CANCELLING
    assert world.resume(2).status is Status.ACTIVE


def test_a_subscription_can_end_at_once(world: World) -> None:
    """It has ended when the call returns."""
    done = world.cancel(1, immediately=True)
    assert (done.status, done.ends_at) == (Status.ENDED, START)
    assert world.one() == done


def test_what_is_cancelled_already_can_still_end_at_once(world: World) -> None:
    """Somebody withdraws who had cancelled before; what has ended can't end again."""
    world.cancel(1)
    world.wait(hours=1)
    done = world.cancel(2, immediately=True)
    assert (done.status, done.ends_at) == (Status.ENDED, START + timedelta(hours=1))
    with pytest.raises(ConflictError):
        world.cancel(3, immediately=True)


@pytest.mark.parametrize(
    ("status", "trial_until"),
    [(Status.ACTIVE, None), (Status.PAUSED, None), (Status.TRIAL, START + timedelta(days=4))],
)
def test_resuming_gives_back_what_it_was(world: World, status: Status, trial_until: datetime | None) -> None:
    """Active, paused or in trial, as before the cancellation, with no end."""
    world.ref = world.give(builders.subscription(status=status, trial_until=trial_until))
    before = world.one()
    assert before.status is status
    world.cancel(1, at=START + timedelta(days=4))
    assert world.one().status is Status.CANCELLING
    assert world.one().status_before in {status, None}
    resumed = world.resume(2)
    assert resumed == before == world.one()


def test_cancel_undo_cancel_works(world: World) -> None:
    """Each with a key of its own."""
    world.cancel(1)
    world.resume(2)
    assert world.cancel(3).status is Status.CANCELLING


def test_there_is_nothing_to_resume_once_it_has_ended_or_before_it_was_cancelled(world: World) -> None:
    """Both are conflicts."""
    with pytest.raises(ConflictError):
        world.resume(1)
    ends_at = world.cancel(1).ends_at
    assert ends_at is not None
    world.move_to(ends_at)
    with pytest.raises(ConflictError):
        world.resume(2)


def test_what_ended_at_once_can_not_be_resumed(world: World) -> None:
    """There is nothing left to go on."""
    world.cancel(1, immediately=True)
    with pytest.raises(ConflictError):
        world.resume(2)


def test_an_unknown_subscription_is_not_found(world: World) -> None:
    """Whatever is to be done with it."""
    at = CancelAt(START, False, NOTHING)
    with world.provider() as provider, pytest.raises(NotFoundError):
        provider.cancel("none", at=at, idempotency_key="k")
    with world.provider() as provider, pytest.raises(NotFoundError):
        provider.resume("none", idempotency_key="k")
    with world.provider() as provider, pytest.raises(NotFoundError):
        provider.pause("none", until=None, idempotency_key="k")
    with world.provider() as provider, pytest.raises(NotFoundError):
        provider.unpause("none", idempotency_key="k")
