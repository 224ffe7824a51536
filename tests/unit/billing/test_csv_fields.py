from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.periods import Interval
from tests.unit.billing.test_csv_import import HEADER, ROW, read


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a test writes its file."""
    return tmp_path / "customers.csv"


@pytest.mark.parametrize(("written", "country"), [("DE", "DE"), ("", None)])
def test_where_a_customer_lives_is_read(file: Path, written: str, country: str | None) -> None:
    """For terms that depend on it; where it is not given nobody knows."""
    (customer,) = read(file, f"{HEADER},country", f"{ROW},{written}").customers
    assert customer.country == country


@pytest.mark.parametrize("written", ["week", "3 months", "2 years", "month", ""])
def test_a_plan_renews_in_any_interval(file: Path, written: str) -> None:
    """One of a unit, or several; monthly where nothing is said."""
    (plan,) = read(file, f"{HEADER},interval", f"{ROW},{written}").plans
    assert plan.interval == Interval(written or "month")
