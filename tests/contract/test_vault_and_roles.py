from __future__ import annotations

from datetime import timedelta

from bot.ports import Store
from tests.contract.racing import race
from tests.fixtures.fakes import START

SOON = START + timedelta(minutes=1)
LATER = START + timedelta(minutes=2)


def test_the_vault_keeps_and_replaces(store: Store) -> None:
    """A name has one value, the last one, until it is removed."""
    with store.begin() as work:
        work.vault.put("slack:T1", "first")
        work.vault.put("slack:T1", "second")
        assert work.vault.get("slack:T1", START) == "second"
        assert work.vault.get("slack:T2", START) is None
        work.vault.remove("slack:T1")
        assert work.vault.get("slack:T1", START) is None


def test_what_has_expired_is_gone(store: Store) -> None:
    """To the moment; and what is taken late is not handed out."""
    with store.begin() as work:
        work.vault.put("state", "once", SOON)
        assert work.vault.get("state", SOON - timedelta(seconds=1)) == "once"
        assert work.vault.get("state", SOON) is None
        assert work.vault.take("state", SOON) is None


def test_one_gets_what_many_take(store: Store) -> None:
    """An OAuth state is good once, also where two browsers come back at the same instant."""
    with store.begin() as work:
        work.vault.put("state", "once", SOON)
        work.commit()

    def take(_: int) -> str | None:
        with store.begin() as work:
            value = work.vault.take("state", START)
            work.commit()
        return value

    assert sorted(race(6, take), key=str) == [None] * 5 + ["once"]


def test_one_at_a_time_has_a_role(store: Store) -> None:
    """Its owner renews it, another takes over when it has run out, and only the owner gives it back."""
    with store.begin() as work:
        assert work.roles.take("poller", "one", SOON, START)
        assert not work.roles.take("poller", "two", SOON, START)
        assert work.roles.take("another", "two", SOON, START)
        assert work.roles.take("poller", "one", LATER, START)
        assert not work.roles.take("poller", "two", LATER, SOON)
        work.roles.release("poller", "two")
        assert not work.roles.take("poller", "two", LATER, SOON)
        assert work.roles.take("poller", "two", LATER + timedelta(minutes=1), LATER)
        work.roles.release("poller", "two")
        assert work.roles.take("poller", "one", LATER + timedelta(minutes=1), LATER)


def test_many_ask_for_a_role_at_once(store: Store) -> None:
    """One gets it."""

    def take(number: int) -> bool:
        with store.begin() as work:
            taken = work.roles.take("poller", f"app {number}", SOON, START)
            work.commit()
        return taken

    assert sum(race(6, take)) == 1
