from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.ports import Store
from tests.contract.racing import race
from tests.fixtures import builders
from tests.fixtures.fakes import START

SOON = START + timedelta(minutes=1)
LATER = START + timedelta(minutes=2)


def test_a_due_job_is_leased_with_its_payload(store: Store) -> None:
    """What was put in comes out, with the attempt counted; nothing before its time."""
    later = builders.job("j_2", run_at=SOON)
    with store.begin() as work:
        assert work.outbox.add(builders.job())
        assert work.outbox.add(later)
        assert list(work.outbox.lease("one", START, SOON)) == [replace(builders.job(), attempts=1)]
        assert list(work.outbox.lease("two", START, SOON)) == []


def test_a_job_is_added_once_for_its_key(store: Store) -> None:
    """The same key again changes nothing, not even when the work is done."""
    with store.begin() as work:
        assert work.outbox.add(builders.job(dedupe_key="key"))
        assert not work.outbox.add(builders.job("j_2", dedupe_key="key"))
        work.outbox.lease("one", START, SOON)
        work.outbox.done("j_1")
        assert not work.outbox.add(builders.job("j_3", dedupe_key="key"))
        assert list(work.outbox.lease("one", LATER, LATER + timedelta(minutes=1))) == []


def test_a_job_is_added_once_for_its_key_by_many(store: Store) -> None:
    """Ten threads at once: one job."""

    def add(number: int) -> bool:
        with store.begin() as work:
            added = work.outbox.add(builders.job(f"j_{number}", dedupe_key="key"))
            work.commit()
            return added

    assert sum(race(10, add)) == 1


def test_a_lease_that_ran_out_is_taken_over(store: Store) -> None:
    """A dead owner's work goes to whoever asks next, as another attempt."""
    with store.begin() as work:
        work.outbox.add(builders.job())
        work.outbox.lease("one", START, SOON)
        taken = work.outbox.lease("two", SOON, LATER)
        assert [(job.id, job.attempts) for job in taken] == [("j_1", 2)]


def test_a_job_is_tried_again_at_its_time(store: Store) -> None:
    """After a failure nobody gets it before the time given, then anybody does; attempts count on."""
    with store.begin() as work:
        work.outbox.add(builders.job())
        work.outbox.lease("one", START, LATER)
        work.outbox.retry("j_1", SOON)
        assert list(work.outbox.lease("two", START, SOON)) == []
        assert [job.attempts for job in work.outbox.lease("two", SOON, LATER)] == [2]


def test_what_is_given_up_is_kept_with_why(store: Store) -> None:
    """Nobody gets it any more, however long one waits; staff see it with all it had, longest due first."""
    with store.begin() as work:
        for number, minutes in enumerate([3, 1, 2]):
            work.outbox.add(builders.job(f"j_{number}", run_at=START - timedelta(minutes=minutes)))
        work.outbox.lease("one", START, SOON)
        work.outbox.give_up("j_1", "nobody <a@example.com> there")
        work.outbox.give_up("j_2", "too big")
        work.commit()
    with store.begin() as work:
        assert [job.id for job in work.outbox.lease("two", SOON, LATER)] == ["j_0"]
        kept = work.outbox.given_up()
        assert [(job.id, job.attempts, job.fault) for job in kept] == [
            ("j_2", 1, "too big"),
            ("j_1", 1, "nobody <a@example.com> there"),
        ]
        assert kept[0].payload == builders.job().payload
        assert [job.id for job in work.outbox.given_up(limit=1)] == ["j_2"]
        assert not work.outbox.add(builders.job("j_9", dedupe_key="key of j_1"))


def test_what_was_given_up_can_be_tried_anew(store: Store) -> None:
    """Once, with what it had, and the tries counted from the beginning."""
    with store.begin() as work:
        work.outbox.add(builders.job())
        work.outbox.lease("one", START, SOON)
        work.outbox.give_up("j_1", "nobody there")
        assert work.outbox.revive("j_1", SOON)
        assert not work.outbox.revive("j_1", SOON)
        assert list(work.outbox.given_up()) == []
        assert list(work.outbox.lease("one", START, SOON)) == []
        again = replace(builders.job(), run_at=SOON, attempts=1)
        assert list(work.outbox.lease("one", SOON, LATER)) == [again]


def test_only_what_is_open_is_given_up_and_only_that_tried_anew(store: Store) -> None:
    """What another process has done meanwhile stays done; what never was is no fault."""
    with store.begin() as work:
        work.outbox.add(builders.job())
        work.outbox.done("j_1")
        work.outbox.give_up("j_1", "too late")
        work.outbox.give_up("j_none", "never was")
        assert list(work.outbox.given_up()) == []
        assert not work.outbox.revive("j_1", START)
        assert not work.outbox.revive("j_none", START)


def test_jobs_are_leased_longest_due_first(store: Store) -> None:
    """In the order they fell due, as many as asked for."""
    with store.begin() as work:
        for number, minutes in enumerate([3, 1, 2]):
            work.outbox.add(builders.job(f"j_{number}", run_at=START - timedelta(minutes=minutes)))
        assert [job.id for job in work.outbox.lease("one", START, SOON, limit=2)] == ["j_0", "j_2"]
        assert [job.id for job in work.outbox.lease("one", START, SOON, limit=2)] == ["j_1"]


def test_what_is_still_to_be_done_of_a_kind(store: Store) -> None:
    """Due or not, worked on or not, soonest due first; not what is done or given up."""
    with store.begin() as work:
        for number, minutes in enumerate([30, -1, 10, 20, 40]):
            work.outbox.add(
                builders.job(f"j_{number}", kind="one", run_at=START + timedelta(minutes=minutes))
            )
        work.outbox.add(builders.job("j_other", kind="other"))
        assert [job.id for job in work.outbox.lease("me", START, SOON)][:1]
        work.outbox.done("j_3")
        work.outbox.give_up("j_4", "no")
        assert [job.id for job in work.outbox.open_of("one")] == ["j_1", "j_2", "j_0"]
        assert [job.id for job in work.outbox.open_of("one", limit=1)] == ["j_1"]
        assert work.outbox.open_of("none") == []


def test_a_job_is_ended_once(store: Store) -> None:
    """By whoever does so first, also where it was given up; one that nobody has added never is."""
    with store.begin() as work:
        for name in ("j_1", "j_2"):
            work.outbox.add(builders.job(name))
        work.outbox.give_up("j_2", "no")
        work.commit()

    def ends(_: int) -> bool:
        with store.begin() as work:
            ended = work.outbox.done("j_1")
            work.commit()
        return ended

    assert sorted(race(4, ends)) == [False] * 3 + [True]
    with store.begin() as work:
        assert work.outbox.done("j_2")
        assert not work.outbox.done("j_2")
        assert not work.outbox.done("j_9")
        assert list(work.outbox.given_up()) == []


def test_two_owners_never_work_on_the_same_job(store: Store) -> None:
    """Six owners take from thirty jobs at once: every job has one owner and none is left."""
    with store.begin() as work:
        for number in range(30):
            work.outbox.add(builders.job(f"j_{number}"))
        work.commit()

    def take(number: int) -> list[str]:
        taken: list[str] = []
        while True:
            with store.begin() as work:
                jobs = work.outbox.lease(f"owner {number}", START, SOON, limit=3)
                work.commit()
            if not jobs:
                return taken
            taken += [job.id for job in jobs]

    everything = [job_id for taken in race(6, take) for job_id in taken]
    assert len(everything) == len(set(everything))
    # On PostgreSQL an owner may find all that is left locked by others and stop; those others then take it.
    assert set(everything) == {f"j_{number}" for number in range(30)}
