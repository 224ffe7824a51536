"""The benchmark's figures."""

import pytest

from bench.figures import percentile, ratio, shown, table


@pytest.mark.parametrize(("percent", "expected"), [(0, 1), (1, 1), (50, 50), (95, 95), (99, 99), (100, 100)])
def test_percentile_is_a_value_that_was_measured(percent: float, expected: float) -> None:
    """A percentile is the nearest rank's value, never one between two."""
    assert percentile([float(number) for number in range(100, 0, -1)], percent) == expected


def test_percentile_of_few_values_is_the_slowest() -> None:
    """With three values the p99 is the slowest of them."""
    assert percentile([3.0, 9.0, 6.0], 99) == 9.0


def test_percentile_of_nothing_is_refused() -> None:
    """Without values there is nothing to say."""
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)


@pytest.mark.parametrize(
    ("value", "expected"), [(3.14159, "3.14"), (31.4159, "31.4"), (314.159, "314"), (0.0, "0.00")]
)
def test_figures_show_three_digits(value: float, expected: str) -> None:
    """A reader sees as many digits as mean something."""
    assert shown(value) == expected


def test_ratio_of_nothing_measured_is_left_open() -> None:
    """Where stock has no figure there is no ratio."""
    assert ratio(5, 10) == "0.50"
    assert ratio(5, 0) == "-"


def test_table_reads_as_text_and_as_markdown() -> None:
    """Words are aligned left, figures right."""
    assert table(["", "ms"], [["first turn", "9.00"], ["tenth", "12.0"]]) == (
        "|            |   ms |\n| ---------- | ---: |\n| first turn | 9.00 |\n| tenth      | 12.0 |"
    )


def test_narrow_columns_stay_a_table() -> None:
    """A column of single digits still has the rule that makes it a table."""
    assert table(["", "n"], [["a", "2"]]).splitlines()[1] == "| -- | -: |"
