from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from bot.store.engine import LOCK_SECONDS, open_engine


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """On a new file in a new folder."""
    return open_engine(f"sqlite:///{tmp_path}/var/fairwell.db")


@pytest.mark.parametrize("url", ["mysql://root@localhost/x", "sqlite://", "sqlite:///:memory:"])
def test_other_databases_are_refused_by_name(url: str) -> None:
    """What Fairwell can't keep its promises on is refused at the start, with what it takes instead."""
    with pytest.raises(ValueError, match="sqlite:///PATH"):
        open_engine(url)


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg", "postgresql+psycopg2"])
def test_postgresql_goes_through_psycopg_3(scheme: str) -> None:
    """Whatever the address names, the driver is the one that is installed; nothing is connected to yet."""
    opened = open_engine(f"{scheme}://somebody:secret@db.example/fairwell", threads=4)
    assert opened.dialect.driver == "psycopg"
    assert opened.url.database == "fairwell"


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 1),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("busy_timeout", LOCK_SECONDS * 1000),
    ],
)
def test_sqlite_is_set_up_on_every_connection(engine: Engine, pragma: str, value: object) -> None:
    """Also on the second connection, since most of these belong to the connection, not to the file."""
    with engine.connect(), engine.pool.connect() as second:
        cursor = second.cursor()
        cursor.execute(f"PRAGMA {pragma}")
        assert cursor.fetchone() == (value,)
    engine.dispose()


def test_only_the_owner_can_read_the_database(engine: Engine, tmp_path: Path) -> None:
    """The file and the write-ahead log beside it."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (x)"))
        files = list((tmp_path / "var").iterdir())
        assert len(files) == 3
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    engine.dispose()


def test_a_transaction_holds_the_write_lock_from_its_beginning(engine: Engine) -> None:
    """A second one can't even begin, so it can't fail half-way for want of the lock."""
    impatient = open_engine(str(engine.url))
    with engine.connect() as holder, impatient.connect() as other:
        holder.begin()
        other.exec_driver_sql("ROLLBACK") if other.in_transaction() else None
        raw = other.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA busy_timeout = 0")
        with pytest.raises(Exception, match="database is locked"):
            other.begin()
    engine.dispose()
    impatient.dispose()
