"""The chaos run for money at its full count: five hundred cancellations on each database."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.test_money_chaos import live_through, postgresql, sqlite

__all__ = ["postgresql", "sqlite"]

pytestmark = pytest.mark.soak
CANCELLATIONS, DEATHS = 500, 6


def test_five_hundred_on_sqlite(tmp_path: Path, sqlite: str) -> None:
    """Exactly one effect and one receipt each, none lost."""
    live_through(tmp_path, sqlite, 2026, CANCELLATIONS, DEATHS)


@pytest.mark.postgres
def test_five_hundred_on_postgresql(tmp_path: Path, postgresql: str) -> None:
    """The same, with replicas that really work at the same time."""
    live_through(tmp_path, postgresql, 2027, CANCELLATIONS, DEATHS)
