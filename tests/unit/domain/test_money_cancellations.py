from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.domain.cancellations import quote_cancellation
from bot.domain.charges import charged_in_all, next_charge, paid_period
from bot.domain.endings import FURTHEST
from bot.domain.errors import TooFarAheadError
from bot.domain.policies import Policy
from tests.unit.domain import money_oracle as oracle
from tests.unit.domain.money_cases import Case, cases, policies, wishes


@settings(max_examples=300)
@given(st.data(), cases(), policies())
def test_a_quote_is_what_walking_through_the_calendar_gives(
    data: st.DataObject, case: Case, policy: Policy
) -> None:
    """End, charges and refund, for every rule, zone, currency, trial, pause, discount, wish and delay."""
    item, said, now = case.subscription, case.declared_at, case.now
    wanted = data.draw(wishes(said, case.zone))
    expected = oracle.expect(item, policy, said, now, case.zone, case.calendar, wanted)
    try:
        quote = quote_cancellation(item, said, now, case.zone, wanted, policy)
    except TooFarAheadError:
        assert expected.end is not None
        assert expected.end > said + FURTHEST
        return
    assert quote.effective_at == max(expected.end or now, now)
    assert (quote.charged.minor, quote.refunded.minor) == (expected.charged, expected.refunded)
    assert {quote.charged.currency, quote.refunded.currency} == {item.plan.price.currency}
    assert quote.undoable == (quote.effective_at > now)
    met = wanted is None or oracle.last_day(expected.end or now + oracle.TICK, case.zone) in wanted
    assert quote.instead_of == (None if met else wanted)


@given(cases())
def test_what_is_charged_next_and_in_all_is_what_is_in_the_list_of_charges(case: Case) -> None:
    """The next charge, the stretch that is running, and the sum of what there was."""
    item, now = case.subscription, case.now
    listed = oracle.charges(item, case.calendar, now)
    running = listed[-1]
    trial = item.trial_until
    assume(trial is None or now >= trial)
    assert next_charge(item, now, case.zone) == running.end
    period = paid_period(item, now, case.zone)
    assert (period.start, period.end) == (running.start, running.end)
    assert charged_in_all(item, now, case.zone).minor == sum(charge.amount for charge in listed)
