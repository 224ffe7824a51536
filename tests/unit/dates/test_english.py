from __future__ import annotations

import pytest

from tests.unit.dates.support import read

DAYS = {
    "cancel on 31 March": "2026-03-31",
    "Cancel my plan on March 31st, please": "2026-03-31",
    "my subscription should end on the thirty-first of March": "2026-03-31",
    "cancel it on 31/03": "2026-03-31",
    "cancel on 3/4/2027": "2027-04-03",
    "cancel on 03/31/2027": "2027-03-31",
    "cancel 2026-05-01": "2026-05-01",
    "cancel on 01.05.2026": "2026-05-01",
    "cancel on 29 February 2028": "2028-02-29",
    "cancel on 31 Mrach": "2026-03-31",
    "cancel my sub 31st mar": "2026-03-31",
    "cancel on the 15th": "2026-03-15",
    "cancel on the 3rd": "2026-04-03",
    "cancel on the 3rd of next month": "2026-04-03",
    "cancel it on the 15th of January next year": "2027-01-15",
    "Please cancel. 31 March would be good": "2026-03-31",
    "cancel my plan now, effective 31 March": "2026-03-31",
    "cancel with effect from 30 April": "2026-04-30",
    "please close my account by 31st of december": "2026-12-31",
    "I'd like to leave on 30 June": "2026-06-30",
    "My last day should be 30 April.": "2026-04-30",
    "my contract ends on 31 March, don't renew it": "2026-03-31",
    "I'm leaving the country on 30 June, please cancel by then": "2026-06-30",
    "cancel on 31 March, that is the end of the month": "2026-03-31",
    "the 31st": "2026-03-31",
    "terminate my contract on 30.06.2026 please": "2026-06-30",
    "Cancel it for the 30th": "2026-03-30",
    "let my plan lapse at the end of this year": "2026-12-31",
    "30/4": "2026-04-30",
    "cancel on 30 April 26": "2026-04-30",
    # Days counted from today.
    "give me one more month then cancel": "2026-04-10",
    "keep it for another 2 months then cancel": "2026-05-10",
    "cancel after one more month": "2026-04-10",
    "cancel tomorrow": "2026-03-11",
    "end my plan the day after tomorrow": "2026-03-12",
    "I want to cancel in two weeks": "2026-03-24",
    "cancel in 30 days": "2026-04-09",
    "cancel in two weekends": "2026-03-24",
    "cancel in a month's time": "2026-04-10",
    "cancel 3 months from now": "2026-06-10",
    "cancel in half a year": "2026-09-10",
    "please accept this as my 30 days' notice of cancellation": "2026-04-09",
    "cancel on Friday": "2026-03-13",
    "end it next friday please": "2026-03-13",
    "cancel on Tuesday": "2026-03-17",
    "cancel on Monday 16 March": "2026-03-16",
    # The end, the middle and the beginning of something.
    "cancel at the end of this month": "2026-03-31",
    "cancel at month end": "2026-03-31",
    "cancel it eom": "2026-03-31",
    "cancel on the last day of this month": "2026-03-31",
    "cancel at the end of next month": "2026-04-30",
    "cancel by the end of next week": "2026-03-22",
    "cancel at the end of the year": "2026-12-31",
    "cancel at the end of the quarter": "2026-03-31",
    "end of June then please": "2026-06-30",
    "cancel late June": "2026-06-30",
    "cancel mid-April": "2026-04-15",
    "cancel early next month": "2026-04-01",
    "cancel on New Year's Eve": "2026-12-31",
    # Up to, from, after, before.
    "I'd like to keep it until the end of June": "2026-06-30",
    "I only need it until 15 April": "2026-04-15",
    "I don't want to pay after April": "2026-04-30",
    "no more charges after May please": "2026-05-31",
    "cancel from January": "2026-12-31",
    "stop my plan from next month on": "2026-03-31",
    "cancel before 1 May": "2026-04-30",
    "not today, cancel it on 30 April": "2026-04-30",
}
SEVERAL_DAYS = {
    "cancel my plan next month": "2026-04-01 2026-04-30",
    "in April": "2026-04-01 2026-04-30",
    "cancel in June": "2026-06-01 2026-06-30",
    "June please": "2026-06-01 2026-06-30",
    "cancel it this month": "2026-03-10 2026-03-31",
    "cancel next week": "2026-03-16 2026-03-22",
    "cancel sometime in May": "2026-05-01 2026-05-31",
    "cancel in 2027": "2027-01-01 2027-12-31",
    "stop my subscription in march next year": "2027-03-01 2027-03-31",
}
NEXT = (
    "cancel today",
    "cancel my plan now",
    "cancel as soon as possible",
    "I want to cancel immediately",
    "cancel ASAP",
    "please cancel at the end of the contract",
    "cancel at the end of the billing period",
    "end my plan at the end of my current subscription period",
    "stop my plan when my trial ends",
    "cancel when my contract is up",
    "cancel at the earliest possible date",
    "cancel from today",
    "cancel right now, not next month",
    "I move in June, so cancel now",
    "cancel as soon as possible, at the latest on 30 June",
)
UNCLEAR = (
    "cancel after Christmas",
    "cancel after the summer holidays",
    "cancel on my birthday",
    "cancel my plan in a few weeks",
    "cancel eventually",
    "cancel around 15 May",
    "cancel between 1 May and 15 May",
    "cancel on 31 March or 30 April",
    "cancel immediately, on 30 June",
    "cancel on 31 April",
    "cancel on 1 March",
    "cancel on 31 March 2025",
    "backdate my cancellation to 1 January",
    "cancel effective yesterday",
    "cancel in Q3",
    "cancel on the 31st of next month",
    "cancel on 29 February",
)
NOT_A_WISH = (
    "I want to cancel",
    "I joined in June, please cancel",
    "I've been a member since March and want to cancel",
    "cancel the plan I signed up for in April",
    "I'm billed on the 3rd, cancel my plan",
    "I was charged £12 on 3 March, cancel please",
    "You charged me on Monday, cancel it",
    "cancel the subscription I bought last month",
    "I cancelled on 3 February and you charged me again. Cancel it.",
    "I tried to cancel last week, please cancel",
    "I called on Tuesday and was told to write here. Cancel my plan.",
    "I move in June and want to cancel",
    "cancel, I haven't used it in 3 months",
    "I have been with you for 3 years, cancel",
    "cancel my £12 a month plan",
    "I'm 31 and I want to cancel",
    "cancel at 5 pm",
    "cancel my 30 day trial",
    "cancel my 2nd plan",
    "I may cancel",
    "cancel my plan, 24/7 support is not for me",
    "cancel, 1/2 of the features don't work",
    "cancel order 12/345",
    "my number is 07700 900123, cancel",
    "cancel my March invoice",
    "the price goes up on 1 April so cancel",
    "I'm on holiday from 1 May to 1 June, cancel",
    "I asked you to cancel on 1 April",
    "Please confirm the cancellation by 20 March",
    "Cancel my subscription, my card expires 04/26",
    "I cancel because of the new prices from May",
    "cancel, account number 12.03.26",
    "cancel, born 3/4/85",
    "on 31 March I saw a nice film",
    "hello",
    "",
)


@pytest.mark.parametrize(("text", "day"), list(DAYS.items()))
def test_a_day_is_read(text: str, day: str) -> None:
    """However it is said, written or counted."""
    assert read(text, "en") == day


@pytest.mark.parametrize(("text", "days"), list(SEVERAL_DAYS.items()))
def test_a_month_or_a_week_is_all_of_its_days(text: str, days: str) -> None:
    """Those that are over are not meant."""
    assert read(text, "en") == days


@pytest.mark.parametrize("text", NEXT)
def test_the_next_possible_end_is_read(text: str) -> None:
    """At once, and with whatever is paid for."""
    assert read(text, "en") == "next"


@pytest.mark.parametrize("text", UNCLEAR)
def test_what_cannot_be_placed_is_unclear(text: str) -> None:
    """No date in the calendar, several, or one that is over: it is asked, and not guessed."""
    assert read(text, "en") == "unclear"


@pytest.mark.parametrize("text", NOT_A_WISH)
def test_what_is_no_wished_end_says_nothing(text: str) -> None:
    """The past, prices, ages, times of day, and days that something else happens on."""
    assert read(text, "en") == "-"
