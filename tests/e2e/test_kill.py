"""kill -9 at random instants: after the restart every message has its answer, and nothing happened twice."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.e2e.chaos import KILLS, import_customers, kill_app_in_an_action, kill_both, storm, visitors
from tests.e2e.instance import Instance

#: Instants are random, but the same in every run that starts from this number.
SEED = 20261122


def test_kills_on_sqlite(fairwell: Instance, tmp_path: Path) -> None:
    """App, Rasa, both, and the app in the middle of an action, while four customers come and go."""
    customers = import_customers(fairwell, tmp_path, 4, "kill")
    with visitors(fairwell, customers):
        storm(fairwell, KILLS[::-1], random.Random(SEED))


@pytest.mark.postgres
def test_kills_on_postgres(on_postgres: Instance, tmp_path: Path) -> None:
    """The same holds on PostgreSQL."""
    customers = import_customers(on_postgres, tmp_path, 4, "kill")
    with visitors(on_postgres, customers):
        storm(on_postgres, (kill_app_in_an_action, kill_both), random.Random(SEED))
