from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.errors import ConflictError
from bot.domain.staff import Purpose, Role, Staff, StaffSession, StaffToken
from bot.ports import Store
from tests.contract.backends import BACKENDS, opened
from tests.contract.racing import race
from tests.fixtures.fakes import START

BEA = Staff("st_1", "bea@example.com", "Bea", Role.AGENT, START)
CEM = Staff("st_2", "cem@example.com", "Cem", Role.ADMIN, START, password_hash="$argon2id$…")
WHOLE = replace(
    BEA, disabled_at=START, password_hash="h", totp="SECRET", totp_confirmed=True, totp_step=41152263
)
TOKEN = StaffToken("digest", BEA.id, Purpose.SECOND_STEP, START + timedelta(minutes=10), 3)
SESSION = StaffSession(
    "ss_1", "d1", BEA.id, START, START, START + timedelta(days=7), "totp", "Firefox on Linux"
)
ISSUER = "https://id.example"
SQL = [pytest.param(name, marks=marks) for name, marks in BACKENDS.items() if name != "memory"]


@pytest.fixture(params=SQL)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Each database, with Bea and Cem."""
    with opened(request.param, request, tmp_path) as made:
        with made.store.begin() as work:
            for member in (CEM, BEA):
                work.staff.put(member)
            work.commit()
        yield made.store


def test_staff_come_back_as_they_were(store: Store) -> None:
    """Every field of theirs, by id and by address; in order of their names."""
    with store.begin() as work:
        work.staff.put(WHOLE)
        work.commit()
    with store.reading() as work:
        assert work.staff.get(BEA.id) == WHOLE
        assert work.staff.by_email(BEA.email) == WHOLE
        assert list(work.staff.all()) == [WHOLE, CEM]
        assert work.staff.get("st_9") is None
        assert work.staff.by_email("Bea@example.com") is None
    with store.begin() as work:
        assert work.staff.lock(BEA.id) == WHOLE
        assert work.staff.lock("st_9") is None
        work.staff.put(BEA)
        assert work.staff.get(BEA.id) == BEA


def test_an_address_is_one_persons(store: Store) -> None:
    """Neither a new one nor somebody there gets another's."""
    with store.begin() as work:
        for thief in (replace(BEA, id="st_3"), replace(CEM, email=BEA.email)):
            with pytest.raises(ConflictError):
                work.staff.put(thief)


def test_of_two_at_once_one_gets_the_address(store: Store) -> None:
    """The other is told, and nobody of theirs is half there."""

    def joins(number: int) -> bool:
        try:
            with store.begin() as work:
                work.staff.put(replace(BEA, id=f"new_{number}", email="new@example.com"))
                work.commit()
        except ConflictError:
            return False
        return True

    assert sorted(race(4, joins)) == [False, False, False, True]


def test_a_token_is_found_by_digest_and_purpose(store: Store) -> None:
    """An invitation is no second step; a token that is put again is the same one."""
    with store.begin() as work:
        work.staff.put_token(TOKEN)
        work.staff.put_token(replace(TOKEN, tries_left=2))
        work.commit()
    with store.reading() as work:
        assert work.staff.token(TOKEN.digest, Purpose.SECOND_STEP) == replace(TOKEN, tries_left=2)
        assert work.staff.token(TOKEN.digest, Purpose.INVITATION) is None
        assert work.staff.token("another", Purpose.SECOND_STEP) is None
        assert work.staff.count_tokens(BEA.id, Purpose.SECOND_STEP) == 1


def test_a_token_is_used_once(store: Store) -> None:
    """Also by many at once."""
    with store.begin() as work:
        work.staff.put_token(replace(TOKEN, expires_at=None))
        work.commit()

    def uses(_: int) -> bool:
        with store.begin() as work:
            used = work.staff.use_token(TOKEN.digest)
            work.commit()
        return used

    assert sorted(race(6, uses)) == [False] * 5 + [True]


def test_of_the_same_token_at_once_one_is_the_first(store: Store) -> None:
    """The others are told that it is there, and it stays as it was."""

    def adds(number: int) -> bool:
        with store.begin() as work:
            added = work.staff.add_token(replace(TOKEN, purpose=Purpose.REPLY, tries_left=number))
            work.commit()
        return added

    found = race(4, adds)
    assert sorted(found) == [False] * 3 + [True]
    with store.reading() as work:
        kept = work.staff.token(TOKEN.digest, Purpose.REPLY)
        assert kept is not None
        assert kept.tries_left == list(found).index(True)


def test_tokens_that_are_over_are_forgotten(store: Store) -> None:
    """At the moment of their end; what does not expire stays."""
    end = START + timedelta(minutes=10)
    with store.begin() as work:
        work.staff.put_token(TOKEN)
        work.staff.put_token(replace(TOKEN, digest="later", expires_at=end + timedelta(microseconds=1)))
        work.staff.put_token(replace(TOKEN, digest="never", expires_at=None))
        assert work.retention.forget(end, 10) == {"staff_tokens": 1}
        assert work.staff.token(TOKEN.digest, TOKEN.purpose) is None
        assert work.staff.count_tokens(BEA.id, TOKEN.purpose) == 2


def test_tokens_of_one_purpose_end_together(store: Store) -> None:
    """Those of others, and for something else, stay."""
    others = (
        replace(TOKEN, digest="b", purpose=Purpose.RECOVERY),
        replace(TOKEN, digest="c", staff_id=CEM.id),
    )
    with store.begin() as work:
        for token in (TOKEN, replace(TOKEN, digest="a"), *others):
            work.staff.put_token(token)
        work.staff.end_tokens(BEA.id, Purpose.SECOND_STEP)
        work.commit()
    with store.reading() as work:
        kept = [
            work.staff.token(digest, purpose)
            for digest in (TOKEN.digest, "a", "b", "c")
            for purpose in Purpose
        ]
        assert [token for token in kept if token] == list(others)


def test_a_session_is_found_by_its_token(store: Store) -> None:
    """As it was opened, then when it was last seen."""
    later = START + timedelta(minutes=5, microseconds=7)
    with store.begin() as work:
        work.staff.add_session(SESSION)
        work.commit()
    with store.begin() as work:
        assert work.staff.session("d1") == SESSION
        work.staff.see(SESSION.id, later)
        work.commit()
    with store.reading() as work:
        assert work.staff.session("d1") == replace(SESSION, seen_at=later)
        assert work.staff.session(SESSION.id) is None


def test_a_session_goes_on_under_another_token(store: Store) -> None:
    """The one before finds nothing."""
    with store.begin() as work:
        work.staff.add_session(SESSION)
        work.staff.add_session(replace(SESSION, id="ss_2", token_digest="d2"))
        work.staff.renew(SESSION.id, "d3")
        assert work.staff.session("d1") is None
        assert work.staff.session("d3") == replace(SESSION, token_digest="d3")
        assert work.staff.session("d2") is not None


def test_sessions_end_one_by_one_or_all_but_one(store: Store) -> None:
    """The one used last comes first; those of others stay."""
    with store.begin() as work:
        for number, owner in enumerate((BEA, BEA, BEA, CEM)):
            seen = START + timedelta(minutes=number)
            work.staff.add_session(
                replace(
                    SESSION, id=f"ss_{number}", token_digest=f"d{number}", staff_id=owner.id, seen_at=seen
                )
            )
        assert [item.id for item in work.staff.sessions_of(BEA.id)] == ["ss_2", "ss_1", "ss_0"]
        work.staff.end_session("ss_2")
        assert [item.id for item in work.staff.sessions_of(BEA.id)] == ["ss_1", "ss_0"]
        work.staff.end_sessions(BEA.id, but="ss_0")
        assert [item.id for item in work.staff.sessions_of(BEA.id)] == ["ss_0"]
        work.staff.end_sessions(BEA.id)
        assert list(work.staff.sessions_of(BEA.id)) == []
        assert [item.id for item in work.staff.sessions_of(CEM.id)] == ["ss_3"]


def test_sessions_that_are_over_are_forgotten(store: Store) -> None:
    """When somebody signs in; none before its time."""
    instant = timedelta(microseconds=1)
    with store.begin() as work:
        work.staff.add_session(SESSION)
        work.staff.add_session(
            replace(SESSION, id="ss_2", token_digest="d2", expires_at=SESSION.expires_at + instant)
        )
        began = SESSION.expires_at
        work.staff.add_session(
            replace(
                SESSION, id="ss_3", token_digest="d3", began_at=began, expires_at=began + timedelta(days=7)
            )
        )
        assert {item.id for item in work.staff.sessions_of(BEA.id)} == {"ss_2", "ss_3"}


def test_an_account_elsewhere_is_one_persons(store: Store) -> None:
    """By issuer and subject together; one person may have one at each issuer, until they are unlinked."""
    with store.begin() as work:
        work.staff.link(ISSUER, "1", BEA.id)
        work.staff.link("https://other.example", "1", CEM.id)
        with pytest.raises(ConflictError):
            work.staff.link(ISSUER, "1", CEM.id)
        work.commit()
    with store.begin() as work:
        assert work.staff.account(ISSUER, "1") == BEA.id
        assert work.staff.account(ISSUER, "2") is None
        assert (work.staff.is_linked(BEA.id, ISSUER), work.staff.is_linked(CEM.id, ISSUER)) == (True, False)
        work.staff.unlink(BEA.id)
        assert work.staff.account(ISSUER, "1") is None
        assert work.staff.account("https://other.example", "1") == CEM.id
