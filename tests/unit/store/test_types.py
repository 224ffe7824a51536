from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, select
from sqlalchemy.exc import StatementError

from bot.store.types import Sealed, SealedText, UtcDateTime

METADATA = MetaData()
THINGS = Table(
    "things",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime),
    Column("secret", Sealed),
)


def stored(**values: object) -> object:
    """What comes back for one value after a round trip."""
    engine = create_engine("sqlite://", hide_parameters=True)
    with engine.begin() as connection:
        METADATA.create_all(connection)
        connection.execute(THINGS.insert().values(**values))
        row = connection.execute(select(*(THINGS.c[name] for name in values))).one()
    engine.dispose()
    return row[0]


def test_times_come_back_in_utc_to_the_microsecond() -> None:
    """Whatever zone they were given in."""
    at = datetime(2026, 3, 29, 3, 0, 0, 1, tzinfo=timezone(timedelta(hours=2)))
    back = stored(at=at)
    assert back == at
    assert isinstance(back, datetime)
    assert back.tzinfo is UTC


def test_a_time_without_a_zone_is_refused() -> None:
    """Nobody could say later which moment it was."""
    with pytest.raises(StatementError, match="zone"):
        stored(at=datetime(2026, 3, 29))  # noqa: DTZ001 - that is the fault


def test_plain_text_is_refused_where_it_must_be_sealed() -> None:
    """Before it reaches the database, and without being quoted in the error."""
    with pytest.raises(StatementError, match="sealed text only") as caught:
        stored(secret="my code is 123456")
    assert "123456" not in str(caught.value)


def test_sealed_text_comes_back_sealed() -> None:
    """And does not show itself in a log."""
    assert stored(secret=SealedText("gAAAAA")) == SealedText("gAAAAA")
    assert "gAAAAA" not in repr(SealedText("gAAAAA"))


def test_nothing_comes_back_as_nothing() -> None:
    """Empty columns are empty."""
    assert stored(at=None) is None
    assert stored(secret=None) is None
