"""What every billing provider promises of keys: each acts once, for ever, however often it is repeated."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.errors import ConflictError
from bot.domain.money import Money
from bot.domain.subscriptions import Status
from tests.contract.racing import race
from tests.contract.world import World


def test_a_key_acts_once(world: World) -> None:
    """The same key again returns the subscription and changes nothing, whatever else the call says."""
    first = world.cancel(1)
    assert world.cancel(1, immediately=True) == first
    assert world.resume(1) == first
    assert world.one() == first


def test_a_repeated_key_tells_what_holds_now(world: World) -> None:
    """A late retry of an old call does not bring the old state back."""
    world.cancel(1)
    resumed = world.resume(2)
    assert world.cancel(1) == resumed
    assert world.one().status is Status.ACTIVE


def test_a_key_acts_once_for_ever(world: World) -> None:
    """After days, in which everything else was done to the subscription, it still changes nothing."""
    world.cancel(1)
    world.resume(2)
    world.pause(3, world.now + timedelta(days=1))
    world.wait(days=3)
    world.cancel(4)
    world.resume(5)
    for days in (1, 7):
        world.wait(days=days)
        standing = world.one()
        for key in (1, 4):
            assert world.cancel(key) == standing
        assert world.pause(3) == standing
        assert world.resume(2) == standing
        assert world.one() == standing
        assert standing.status is Status.ACTIVE


def test_it_is_known_which_keys_have_acted(world: World) -> None:
    """Those that changed something, for ever; neither others, nor those that met a conflict."""
    assert not world.acted(1)
    world.cancel(1)
    assert world.acted(1)
    with pytest.raises(ConflictError):
        world.cancel(2)
    assert not world.acted(2)
    world.resume(3)
    world.wait(days=10)
    assert [world.acted(key) for key in (1, 2, 3, 4)] == [True, False, True, False]


def test_a_key_that_met_a_conflict_can_act_later(world: World) -> None:
    """It is not used up: what is asked for is possible now."""
    world.cancel(1)
    with pytest.raises(ConflictError):
        world.pause(2)
    world.resume(3)
    assert world.pause(2).status is Status.PAUSED


def test_what_is_cancelled_already_is_a_conflict(world: World) -> None:
    """Under a new key, while it runs out and once it has ended."""
    world.cancel(1)
    with pytest.raises(ConflictError):
        world.cancel(2)
    world.wait(days=40)
    with pytest.raises(ConflictError):
        world.cancel(3)


def test_one_key_acts_once_under_load(world: World) -> None:
    """Twelve calls with one key at once all get the same answer."""
    end = world.one().period.end
    answers = race(12, lambda _: world.cancel(1, at=end))
    assert len(set(answers)) == 1
    assert answers[0].status is Status.CANCELLING


def test_one_of_many_keys_cancels(world: World) -> None:
    """Twelve keys at once: one cancels, the others are told; and it is known which one it was."""
    end = world.one().period.end

    def cancel(number: int) -> bool:
        try:
            world.cancel(number, at=end)
        except ConflictError:
            return False
        return True

    done = race(12, cancel)
    assert sum(done) == 1
    assert [world.acted(number) for number in range(12)] == list(done)


def test_undoing_and_ending_at_once_are_never_both_done(world: World) -> None:
    """Two act at once on a subscription that runs out: whichever comes first, the other is told."""
    world.cancel(1)

    def act(number: int) -> Status:
        try:
            return (world.resume(2) if number else world.cancel(3, immediately=True)).status
        except ConflictError:
            return world.one().status

    race(2, act)
    standing = world.one().status
    assert standing in {Status.ENDED, Status.ACTIVE}
    assert world.acted(3) is (standing is Status.ENDED)


def test_what_is_paid_back_is_paid_back_once(elsewhere: World) -> None:
    """Exactly what the call says, however often it is repeated, and at whatever time."""
    refund = Money(417, "EUR")
    done = elsewhere.cancel(1, immediately=True, refunded=refund)
    assert done.status is Status.ENDED
    assert list(elsewhere.refunds()) == [refund]
    elsewhere.wait(hours=30)
    elsewhere.cancel(1, immediately=True, refunded=refund)
    elsewhere.cancel(1, immediately=True, refunded=Money(900, "EUR"))
    assert elsewhere.acted(1)
    assert list(elsewhere.refunds()) == [refund]


def test_what_is_paid_back_is_paid_back_once_under_load(elsewhere: World) -> None:
    """Eight calls with one key at once."""
    refund = Money(300, "EUR")
    race(8, lambda _: elsewhere.cancel(1, immediately=True, refunded=refund))
    assert list(elsewhere.refunds()) == [refund]


def test_where_nothing_comes_back_nothing_is_paid(elsewhere: World) -> None:
    """Nor where it is refused."""
    elsewhere.cancel(1)
    with pytest.raises(ConflictError):
        elsewhere.cancel(2, refunded=Money(300, "EUR"))
    elsewhere.resume(3)
    assert list(elsewhere.refunds()) == []
