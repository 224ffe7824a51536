from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.periods import Interval
from bot.domain.policies import Ending, Ends, Pausing, Policies, Policy, Refund, Rules, Withdrawal
from bot.domain.subscriptions import EndRule
from tests.unit.domain.support import a_plan

AT_ONCE, PERIOD_END = Ending(Ends.AT_ONCE), Ending(Ends.PERIOD_END)
NOTICE = Ending(Ends.NOTICE, Interval.MONTH)


def test_without_rules_plans_say_what_counts() -> None:
    """When they end, whether the rest comes back; no pause, no window to withdraw, any later day."""
    plain = Policies().of(a_plan(), "DE")
    assert plain == Policy(PERIOD_END)
    assert (plain.later, plain.pause, plain.withdrawal, plain.undo) == (True, None, None, None)
    at_once = Policies().of(a_plan(end_rule=EndRule.AT_ONCE, refund_unused=True))
    assert at_once == Policy(AT_ONCE, refund=Refund.UNUSED)
    assert Policies().named(a_plan()) is None
    assert Policies().countries() == frozenset()


def test_what_rules_do_not_say_is_as_plans_say() -> None:
    """But for the right to withdraw, which customers have unless it is said that they have not."""
    policy = Policies({}).of(a_plan(end_rule=EndRule.AT_ONCE, refund_unused=True))
    assert policy == Policy(AT_ONCE, refund=Refund.UNUSED, withdrawal=Withdrawal(14, Refund.FULL))


def test_what_is_said_of_a_plan_goes_before_what_is_said_of_all() -> None:
    """Field by field; and of a country before all countries, the usual one where nobody knows."""
    everywhere = Rules(
        {"end": NOTICE, "undo": timedelta(days=1)},
        {"US": {"withdrawal": None, "undo": None}, "DE": {"undo": timedelta(days=3)}},
    )
    policies = Policies({"*": everywhere, "pro": Rules({"end": AT_ONCE}, {"US": {"end": PERIOD_END}})}, "DE")
    assert policies.of(a_plan("Basic"), "AT") == Policy(
        NOTICE, undo=timedelta(days=1), withdrawal=Withdrawal()
    )
    assert policies.of(a_plan("Basic")).undo == timedelta(days=3)
    assert policies.of(a_plan("Basic"), "US") == Policy(NOTICE)
    assert policies.of(a_plan("Pro"), "AT").end == AT_ONCE
    assert policies.of(a_plan("Pro"), "US") == Policy(PERIOD_END)
    assert policies.countries() == {"US", "DE"}


@pytest.mark.parametrize("name", ["pro", "Pro", "PRO"])
def test_a_plan_is_named_by_reference_or_by_name(name: str) -> None:
    """However its name is spelt; its reference goes first."""
    pausing = Rules({"pause": Pausing()})
    policies = Policies({name: pausing, "*": Rules({})})
    assert policies.named(a_plan("Pro")) == name
    assert policies.of(a_plan("Pro")).pause == Pausing()
    assert policies.of(a_plan("Professional")).pause is None


def test_a_reference_goes_before_a_name() -> None:
    """Somebody may call one plan what another one is called inside."""
    policies = Policies({"Pro": Rules({"later": False}), "pro": Rules({"pause": Pausing()})})
    assert policies.named(a_plan("Pro")) == "pro"


def test_only_a_notice_has_a_length() -> None:
    """It has one, and no other end has."""
    with pytest.raises(ValueError, match="a notice has a length"):
        Ending(Ends.NOTICE)
    with pytest.raises(ValueError, match="a notice has a length"):
        Ending(Ends.AT_ONCE, Interval.MONTH)
