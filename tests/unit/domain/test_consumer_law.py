from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.consumer_law import concerns
from bot.domain.periods import Interval
from bot.domain.policies import Ending, Ends, NoticeTo, Policy, Refund, Withdrawal
from tests.unit.domain.support import a_plan

PERIOD_END = Ending(Ends.PERIOD_END)
FAIR = Policy(PERIOD_END, refund=Refund.UNUSED, withdrawal=Withdrawal())


def sources(policy: Policy, country: str = "DE", interval: str = "month") -> list[str]:
    """Where the law has something against a policy."""
    return [item.source for item in concerns(policy, a_plan(interval=Interval(interval)), country)]


def notice(length: str, to: NoticeTo = NoticeTo.DAY) -> Ending:
    """A notice."""
    return Ending(Ends.NOTICE, Interval(length), to)


@pytest.mark.parametrize("country", ["DE", "FR", "NO", "GB", "US", "XX"])
def test_a_fair_policy_raises_no_concern(country: str) -> None:
    """Monthly, to the end of the period, 14 days to withdraw with everything back."""
    assert sources(FAIR, country) == []


@pytest.mark.parametrize(
    ("end", "interval", "found"),
    [
        (notice("month"), "month", []),
        (notice("28 days"), "month", []),
        (notice("30 days"), "month", ["c", "b"]),
        (notice("5 weeks"), "month", ["c", "b"]),
        (notice("2 months"), "month", ["c", "b"]),
        (notice("month", NoticeTo.MONTH_END), "month", ["b"]),
        (notice("1 week", NoticeTo.PERIOD_END), "month", ["b"]),
        (PERIOD_END, "month", []),
        (PERIOD_END, "2 weeks", []),
        (PERIOD_END, "3 months", ["b"]),
        (PERIOD_END, "year", ["b"]),
        (Ending(Ends.AT_ONCE), "year", []),
        (PERIOD_END, "3 years", ["a", "b"]),
    ],
)
def test_german_contracts_bind_as_the_law_allows(end: Ending, interval: str, found: list[str]) -> None:
    """§ 309 Nr. 9 BGB: two years at first (a), then a month (b), and no notice longer than a month (c)."""
    expected = [f"§ 309 Nr. 9 {letter} BGB" for letter in found]
    assert sources(replace(FAIR, end=end), interval=interval) == expected
    assert sources(replace(FAIR, end=end), "US", interval) == []


def test_a_yearly_plan_is_fine_with_a_rule_for_once_it_has_renewed() -> None:
    """A month's notice to any day, or at once."""
    for renewed in (notice("month"), Ending(Ends.AT_ONCE)):
        assert sources(replace(FAIR, renewed=renewed), interval="year") == []
    assert sources(replace(FAIR, renewed=notice("2 months")), interval="year") == ["§ 309 Nr. 9 b BGB"]


def test_a_right_to_withdraw_is_14_days_where_the_law_gives_one() -> None:
    """None, a shorter one, and one with a price, each with its source; the United Kingdom has its own."""
    assert sources(replace(FAIR, withdrawal=None)) == [
        "§ 355 (2) BGB; Directive 2011/83/EU, art. 9; exceptions: art. 16"
    ]
    assert sources(replace(FAIR, withdrawal=Withdrawal(7)), "FR") == ["Directive 2011/83/EU, art. 9"]
    assert sources(replace(FAIR, withdrawal=Withdrawal(30)), "FR") == []
    paid_for = replace(FAIR, withdrawal=Withdrawal(14, Refund.UNUSED))
    assert sources(paid_for, "FR") == ["Directive 2011/83/EU, art. 14 (3) and (4)"]
    assert sources(paid_for, "GB") == ["Consumer Contracts Regulations 2013, reg. 36"]
    assert "reg. 28 and 37" in sources(replace(FAIR, withdrawal=None), "GB")[0]
    assert sources(replace(FAIR, withdrawal=None), "US") == []


def test_an_overpayment_goes_back_in_the_united_kingdom() -> None:
    """Where a plan can end before what is paid for does."""
    kept = replace(FAIR, end=Ending(Ends.AT_ONCE), refund=Refund.NONE)
    assert sources(kept, "GB") == ["Digital Markets, Competition and Consumers Act 2024, s. 261"]
    assert sources(replace(kept, end=PERIOD_END), "GB") == []
    assert sources(replace(kept, end=PERIOD_END, renewed=notice("month")), "GB") != []


def test_businesses_have_none_of_these_rights() -> None:
    """The file says who buys it."""
    assert sources(Policy(notice("3 months"), consumers=False)) == []
    assert [item.country for item in concerns(Policy(notice("3 months")), a_plan(), "DE")] == ["DE"] * 3
