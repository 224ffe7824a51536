"""Withdrawing and pausing, against the list of everything that was charged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.consumer_law import EEA
from bot.domain.pauses import NoPause, PauseQuote, PauseRefused, quote_pause
from bot.domain.periods import Interval
from bot.domain.policies import Ending, Ends, Pausing, Policy, Refund, Withdrawal
from bot.domain.subscriptions import Status
from bot.domain.wished_end import Days
from bot.domain.withdrawals import NoWithdrawal, WithdrawalQuote, WithdrawalRefused, quote_withdrawal
from tests.unit.domain import money_oracle as oracle
from tests.unit.domain.money_cases import Case, cases

DAY = timedelta(days=1)
END = Ending(Ends.PERIOD_END)
COUNTRIES = st.sampled_from([None, "DE", "NO", "GB", "US"])
RULES = st.sampled_from([Refund.FULL, Refund.UNUSED])


@given(cases(), st.integers(1, 60), RULES, COUNTRIES)
def test_withdrawing_pays_back_what_was_charged(
    case: Case, days: int, rule: Refund, country: str | None
) -> None:
    """To the end of the last day, which is none of a weekend in the EEA; everything, or what is unused."""
    item, said, now, zone = case.subscription, case.declared_at, case.now, case.zone
    last = oracle.after_days(item.anchor.astimezone(zone).date(), days)
    while country not in {"GB", "US"} and last.strftime("%a") in {"Sat", "Sun"}:
        last = last + DAY
    until = oracle.midnight_after(last, zone)
    policy = Policy(END, withdrawal=Withdrawal(days, rule))
    quote = quote_withdrawal(item, policy, said, now, zone, country)
    if said >= until:
        assert quote == WithdrawalRefused(NoWithdrawal.OVER, until)
        return
    assert isinstance(quote, WithdrawalQuote)
    paid = oracle.charges(item, case.calendar, max(now, item.trial_until or now) + 400 * DAY, now)
    assert quote.refunded.minor == oracle.paid_back(paid, rule, said, said, now)
    assert (quote.until, quote.effective_at, quote.rule) == (until, now, rule)


@given(cases(), RULES)
def test_a_date_that_the_provider_gives_counts(case: Case, rule: Refund) -> None:
    """Earlier or later than the policy's, and where the policy has none: then everything comes back."""
    item = replace(case.subscription, withdrawal_until=case.declared_at + timedelta(seconds=1))
    without = quote_withdrawal(item, Policy(END), case.declared_at, case.now, case.zone)
    with_one = quote_withdrawal(
        item, Policy(END, withdrawal=Withdrawal(1, rule)), case.declared_at, case.now, case.zone
    )
    assert isinstance(without, WithdrawalQuote)
    assert isinstance(with_one, WithdrawalQuote)
    assert (without.rule, with_one.rule) == (Refund.FULL, rule)
    assert without.refunded.minor >= with_one.refunded.minor
    over = replace(item, withdrawal_until=case.declared_at)
    refused = quote_withdrawal(over, Policy(END), case.declared_at, case.now, case.zone)
    assert refused == WithdrawalRefused(NoWithdrawal.OVER, case.declared_at)


@given(cases(), st.integers(1, 40), st.timedeltas(timedelta(0), timedelta(days=30)))
def test_who_withdraws_later_gets_no_more(case: Case, days: int, later: timedelta) -> None:
    """By the unused part, of what is paid by then; carried out at the same time, however late."""
    policy = Policy(END, withdrawal=Withdrawal(days, Refund.UNUSED))
    now = case.now + later
    item = replace(case.subscription, paid=None)
    first = quote_withdrawal(item, policy, case.declared_at, now, case.zone)
    second = quote_withdrawal(item, policy, min(case.declared_at + later, now), now, case.zone)
    if isinstance(first, WithdrawalQuote) and isinstance(second, WithdrawalQuote):
        assert first.refunded.minor >= second.refunded.minor
    if isinstance(first, WithdrawalRefused):
        assert isinstance(second, WithdrawalRefused)


@given(
    cases(trials=False, pauses=False),
    st.one_of(st.none(), st.integers(-3, 400)),
    st.one_of(st.none(), st.sampled_from([Interval(text) for text in ("week", "month", "3 months")])),
)
def test_a_pause_leaves_out_the_renewals_that_fall_into_it(
    case: Case, ahead: int | None, at_most: Interval | None
) -> None:
    """No longer than the policy allows; charged again at the first renewal after it; never for nothing."""
    item, now, zone = case.subscription, case.now, case.zone
    today = now.astimezone(zone).date()
    wanted = None if ahead is None else Days.on(today + timedelta(days=ahead))
    quote = quote_pause(item, Policy(END, pause=Pausing(at_most)), now, zone, wanted)
    if wanted is not None and wanted.first <= today:
        assert quote == PauseRefused(NoPause.PAST)
        return
    longest = None if at_most is None else oracle.later(today, at_most)
    day = longest if wanted is None else wanted.first if longest is None else min(longest, wanted.first)
    ahead_of = _ahead(case, until_day=day)
    if day is None:
        assert quote == PauseQuote(now, None, ahead_of[0], replace(item.plan.price, minor=0))
        return
    until = oracle.midnight_after(day - DAY, zone)
    if until <= ahead_of[0]:
        assert quote == PauseRefused(NoPause.RENEWS_LATER, ahead_of[0])
        return
    assert isinstance(quote, PauseQuote)
    assert (quote.starts, quote.until, quote.paid_until) == (now, until, ahead_of[0])
    assert quote.left_out == sum(at < until for at in ahead_of)
    assert quote.renews_at == next(at for at in ahead_of if at >= until)
    assert quote.instead_of == (wanted if wanted is not None and day != wanted.first else None)
    assert not quote.charged
    paused = replace(item, status=Status.PAUSED, paused_at=now, paused_until=until)
    listed = oracle.charges(paused, case.calendar, quote.renews_at)
    assert [charge.start for charge in listed if charge.start > now and charge.amount] == [quote.renews_at]


def _ahead(case: Case, until_day: date | None) -> list[datetime]:
    """The renewals after now, up to the first one after that day."""
    found: list[datetime] = []
    for at in oracle.renewals(case.subscription, case.calendar):
        if at > case.now:
            found.append(at)
            if until_day is None or at.astimezone(case.zone).date() > until_day:
                return found
    raise AssertionError("renewals never end")


def test_the_eea_has_thirty_countries() -> None:
    """The Union's 27, and three more; the United Kingdom and Switzerland are none of them."""
    assert len(EEA) == 30
    assert EEA.isdisjoint({"GB", "CH", "US"})
