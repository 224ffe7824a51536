"""What must hold of every quote, however it is worked out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.domain.cancellations import Quote, quote_cancellation
from bot.domain.charges import charged_in_all, charges_ahead
from bot.domain.periods import Interval
from bot.domain.policies import Ending, Ends, NoticeTo, Policy, Refund
from bot.domain.subscriptions import Status
from tests.unit.domain import money_oracle as oracle
from tests.unit.domain.money_cases import ENDINGS, UTC_ZONE, Case, cases, policies, told_period, wishes

RENEWED = st.one_of(st.none(), ENDINGS)
MICROSECONDS = st.integers(0, 999_999).map(lambda count: timedelta(microseconds=count))
LATER = st.timedeltas(timedelta(0), timedelta(days=120))


def quoted(case: Case, policy: Policy) -> Quote:
    """Without a wish."""
    return quote_cancellation(case.subscription, case.declared_at, case.now, case.zone, policy=policy)


def paid_in_the_end(case: Case, quote: Quote) -> int:
    """Everything that was charged and will be, less what comes back."""
    so_far = charged_in_all(case.subscription, case.now, case.zone)
    return (so_far + quote.charged - quote.refunded).minor


@given(st.data(), cases(), policies(), RENEWED, MICROSECONDS, MICROSECONDS)
def test_nobody_pays_less_than_nothing_or_ends_before_they_said_it(
    data: st.DataObject, case: Case, policy: Policy, renewed: Ending | None, one: timedelta, other: timedelta
) -> None:
    """What comes back was paid or will be; no end lies before the declaration, nor before it is done."""
    declared_at = case.declared_at + one
    now = max(case.now + other, declared_at)
    period = told_period(case.subscription, now, case.calendar)
    case = replace(
        case, declared_at=declared_at, now=now, subscription=replace(case.subscription, period=period)
    )
    policy = replace(policy, renewed=renewed, undo=data.draw(st.sampled_from([None, timedelta(days=1)])))
    quote = quoted(case, policy)
    assert quote.effective_at >= now >= declared_at
    assert quote.charged.minor >= 0
    assert quote.refunded.minor >= 0
    assert paid_in_the_end(case, quote) >= 0
    assert quote.undoable == (quote.effective_at > now)
    if not quote.undoable:
        assert quote.charged.minor == 0


@given(cases(pauses=False), policies())
def test_one_pays_for_the_time_one_has_had(case: Case, policy: Policy) -> None:
    """With the unused part paid back it is exactly that, to a minor unit in the customer's favour."""
    quote = quoted(case, replace(policy, refund=Refund.UNUSED))
    at_once = policy.end.kind is Ends.AT_ONCE and quote.effective_at == case.now and not quote.charged
    in_trial = case.subscription.trial_until is not None and case.declared_at < case.subscription.trial_until
    used_until = case.declared_at if at_once and not in_trial else quote.effective_at
    # Carried out late: what was used after the end is nobody's to pay.
    expected = oracle.expect(case.subscription, policy, case.declared_at, case.now, case.zone, case.calendar)
    used_until = min(used_until, expected.end or used_until)
    cost = Fraction(0)
    for charge in oracle.charges(case.subscription, case.calendar, used_until + timedelta(days=1), case.now):
        used = (min(max(used_until, charge.start), charge.end) - charge.start) / timedelta(seconds=1)
        cost += charge.amount * Fraction(int(used), int((charge.end - charge.start) / timedelta(seconds=1)))
    assert 0 <= cost - paid_in_the_end(case, quote) < 1


@given(cases(), policies(), RENEWED, LATER)
def test_who_says_it_later_never_pays_less(
    case: Case, policy: Policy, renewed: Ending | None, later: timedelta
) -> None:
    """Nor ends earlier; for every policy, and also around the first renewal and the end of a trial."""
    policy = replace(policy, renewed=renewed)
    said_later = min(case.declared_at + later, case.now)
    first, second = quoted(case, policy), quoted(replace(case, declared_at=said_later), policy)
    assert first.effective_at <= second.effective_at
    assert paid_in_the_end(case, first) <= paid_in_the_end(case, second)


@given(cases(pauses=False), policies(), LATER)
def test_what_is_charged_while_it_hangs_comes_back(case: Case, policy: Policy, later: timedelta) -> None:
    """Carried out later, what one pays in the end is the same: a provider that is down costs nobody."""
    item = replace(case.subscription, paid=None)
    now = case.now + later
    prompt = replace(case, subscription=item)
    late = replace(case, subscription=replace(item, period=told_period(item, now, case.calendar)), now=now)
    assert paid_in_the_end(prompt, quoted(prompt, policy)) == paid_in_the_end(late, quoted(late, policy))


@given(st.data(), cases(), policies())
def test_a_wish_never_ends_it_earlier(data: st.DataObject, case: Case, policy: Policy) -> None:
    """It ends near the wish, never before it could have ended; and where none is allowed, as ever."""
    wanted = data.draw(wishes(case.declared_at, case.zone))
    without = quoted(case, policy)
    args = (case.subscription, case.declared_at, case.now, case.zone, wanted)
    quote = quote_cancellation(*args, policy)
    assert quote.effective_at >= without.effective_at
    if not policy.later:
        assert replace(quote, instead_of=None) == without
        assert quote_cancellation(*args, replace(policy, later=True)).effective_at >= quote.effective_at


@given(
    cases(),
    st.integers(1, 14 * 24).map(lambda hours: timedelta(hours=hours)),
    st.sampled_from(list(Refund)[:2]),
)
def test_a_time_to_undo_costs_nothing(case: Case, undo: timedelta, refund: Refund) -> None:
    """It runs on for that long and no further than it is paid for; what comes back is the same."""
    at_once = Policy(Ending(Ends.AT_ONCE), refund=refund)
    plain, undoable = quoted(case, at_once), quoted(case, replace(at_once, undo=undo))
    trial = case.subscription.trial_until
    assume(trial is None or case.declared_at >= trial)
    assert (undoable.refunded, undoable.charged.minor) == (plain.refunded, 0)
    assert undoable.undoable
    assert case.now < undoable.effective_at <= case.now + undo
    if case.subscription.status is Status.ACTIVE:
        listed = oracle.charge_days(case.subscription, case.calendar)
        assert undoable.effective_at == min(case.now + undo, next(at for at in listed if at > case.now))


@given(
    cases(pauses=False),
    st.sampled_from([NoticeTo.DAY, NoticeTo.MONTH_END]),
    st.sampled_from(["month", "6 weeks"]),
)
def test_what_is_said_to_be_charged_is_what_is_still_told_afterwards(
    case: Case, to: NoticeTo, notice: str
) -> None:
    """Once it is cancelled, the charges ahead are those of the quote."""
    quote = quoted(case, Policy(Ending(Ends.NOTICE, Interval(notice), to)))
    cancelled = replace(case.subscription, status=Status.CANCELLING, ends_at=quote.effective_at)
    assert charges_ahead(cancelled, case.now, case.zone) == quote.charged


# Where both calendars give the same period nothing tells whose it is: that many are left out is no fault.
@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(cases(pauses=False), policies())
def test_the_calendar_is_the_billing_systems_own(case: Case, policy: Policy) -> None:
    """One that counts in UTC is followed: its periods, not the company's, are what is paid for."""
    item = replace(case.subscription, period=told_period(case.subscription, case.now, UTC_ZONE))
    assume(item.period != case.subscription.period)
    quote = quote_cancellation(item, case.declared_at, case.now, case.zone, policy=policy)
    expected = oracle.expect(item, policy, case.declared_at, case.now, case.zone, UTC_ZONE)
    assert (quote.charged.minor, quote.refunded.minor) == (expected.charged, expected.refunded)
    assert quote.effective_at == max(expected.end or case.now, case.now)
