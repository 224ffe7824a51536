"""What is settled for all of the staff comes back as it was put, on every store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.domain.desk import CannedReply
from bot.domain.staff import Role, Staff
from bot.ports import Store
from bot.store.tables.desk import desk_settings
from tests.contract.backends import BACKENDS, Backend, opened
from tests.contract.racing import race
from tests.fixtures.fakes import START

BEA = Staff("st_1", "bea@example.com", "Bea", Role.MANAGER, START)
HELLO = CannedReply("cr_1", "Hello", "en", "Hello {name},\nthis is about {number}: 100 % “yours” 🙂")

#: Of staff there is no fake, and memory is no place to lie sealed in.
ON_DATABASES = pytest.mark.parametrize(
    "backend",
    [pytest.param(name, marks=marks) for name, marks in BACKENDS.items() if name != "memory"],
    indirect=True,
)


@pytest.fixture(params=[pytest.param(name, marks=marks) for name, marks in BACKENDS.items()])
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Backend]:
    """Each kind of store, with Bea where there are staff at all: of them there is no fake."""
    with opened(request.param, request, tmp_path) as made:
        if made.engine is not None:
            with made.store.begin() as work:
                work.staff.put(BEA)
                work.commit()
        yield made


@pytest.fixture
def store(backend: Backend) -> Store:
    """The same, when the test needs no more of it."""
    return backend.store


def test_a_canned_reply_comes_back_as_it_was_put(store: Store) -> None:
    """Every character of it; put again, it is the same one with other words."""
    with store.begin() as work:
        work.desk.put_canned(HELLO)
        work.commit()
    with store.begin() as work:
        assert list(work.desk.canned()) == [HELLO]
        work.desk.put_canned(replace(HELLO, title="Hi", text="Hi."))
        work.commit()
    with store.reading() as work:
        assert list(work.desk.canned()) == [replace(HELLO, title="Hi", text="Hi.")]


def test_canned_replies_are_in_order(store: Store) -> None:
    """By language, then by title; of the same title both are there."""
    made = [("cr_4", "Bye", "en"), ("cr_1", "Wann", "de"), ("cr_3", "Alles", "de"), ("cr_2", "Bye", "en")]
    with store.begin() as work:
        for name, title, language in made:
            work.desk.put_canned(CannedReply(name, title, language, "x"))
        assert [item.id for item in work.desk.canned()] == ["cr_3", "cr_1", "cr_2", "cr_4"]


def test_a_canned_reply_that_is_removed_is_gone(store: Store) -> None:
    """And no other; one that is not there can be removed."""
    with store.begin() as work:
        for item in (HELLO, replace(HELLO, id="cr_2")):
            work.desk.put_canned(item)
        work.desk.remove_canned("cr_1")
        work.desk.remove_canned("cr_9")
        work.commit()
    with store.reading() as work:
        assert [item.id for item in work.desk.canned()] == ["cr_2"]


def test_what_is_not_committed_was_never_put(store: Store) -> None:
    """Neither replies nor settings."""
    with store.begin() as work:
        work.desk.put_canned(HELLO)
        work.desk.put_setting("alerts", "{}", START, None)
    with store.reading() as work:
        assert (list(work.desk.canned()), work.desk.setting("alerts")) == ([], None)


def test_a_setting_is_the_last_that_was_put(store: Store) -> None:
    """By its name; what nobody has set is None, and so told from what is empty."""
    with store.begin() as work:
        work.desk.put_setting("alerts", '{"slack": "ä 🙂"}', START, BEA.id)
        work.desk.put_setting("office_hours", "", START, None)
        work.commit()
    with store.begin() as work:
        assert work.desk.setting("alerts") == '{"slack": "ä 🙂"}'
        assert (work.desk.setting("office_hours"), work.desk.setting("Alerts")) == ("", None)
        work.desk.put_setting("alerts", "{}", START + timedelta(hours=1), BEA.id)
        work.commit()
    with store.reading() as work:
        assert (work.desk.setting("alerts"), work.desk.setting("office_hours")) == ("{}", "")


@ON_DATABASES
def test_settings_are_sealed_and_say_who_changed_them(backend: Backend) -> None:
    """The address of a Slack webhook is as good as a password: it lies readable in no row."""
    assert backend.engine is not None
    later = START + timedelta(microseconds=7)
    with backend.store.begin() as work:
        work.desk.put_setting("alerts", "https://hooks.example/secret", START, None)
        work.desk.put_setting("alerts", "https://hooks.example/secret", later, BEA.id)
        work.commit()
    with backend.engine.connect() as connection:
        (row,) = connection.execute(select(desk_settings)).all()
    assert (row.name, row.changed_at, row.changed_by) == ("alerts", later, BEA.id)
    assert row.value.ciphertext != "https://hooks.example/secret"


@ON_DATABASES
def test_only_who_is_there_changes_settings(backend: Backend) -> None:
    """A name that is nobody's is refused by the database."""
    with backend.store.begin() as work, pytest.raises(backend.missing_parent):
        work.desk.put_setting("alerts", "{}", START, "st_9")


def test_two_who_set_at_once(store: Store) -> None:
    """Neither fails, and one of the two stays."""

    def sets(number: int) -> None:
        with store.begin() as work:
            work.desk.put_setting("alerts", str(number), START, None)
            work.desk.put_canned(replace(HELLO, text=str(number)))
            work.commit()

    race(4, sets)
    with store.reading() as work:
        assert work.desk.setting("alerts") in set("0123")
        assert [item.text for item in work.desk.canned()] == [work.desk.setting("alerts")]
