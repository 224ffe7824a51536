from __future__ import annotations

from datetime import date

import pytest

from bot.domain.audit import Action
from bot.domain.office_hours import DaysOff, OfficeHoursError, Span
from bot.services import cases, office_hours, small_answers
from tests.unit.services.script import PERSON
from tests.unit.services.staffed import Staffed

DAY = (Span(9 * 60, 17 * 60),)
WEEK = (DAY, DAY, DAY, DAY, DAY, (), ())


@pytest.fixture
def closed(staffed: Staffed) -> Staffed:
    """A company that is there on weekdays from nine to five; it is Tuesday, half past six in the evening."""
    office_hours.put_week(staffed.deps, staffed.joins().id, WEEK)
    staffed.clock.advance(hours=8)
    return staffed


def test_nothing_is_said_where_nothing_is_set(staffed: Staffed) -> None:
    """A person will answer; when, nobody knows."""
    assert staffed.world.chat().say("a person please", PERSON).text.endswith("I can go on helping you.")


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (0, "Our team is back tomorrow at 09:00."),
        (6, "Our team is back today at 09:00."),
        (72, "Our team is back on Monday at 09:00."),
        (96, "Our team is back on Monday at 09:00."),
    ],
)
def test_outside_office_hours_one_is_told_when_somebody_is_back(
    closed: Staffed, hours: int, said: str
) -> None:
    """In the same message, after what is said anyway."""
    closed.clock.advance(hours=hours)
    chat = closed.world.chat()
    first = chat.say("a person please", PERSON)
    assert len(first.messages) == 1
    assert first.text.endswith(f"I can go on helping you. {said}")
    assert chat.say("a person please", PERSON).text.endswith(said)


def test_after_days_off_the_date_is_told(closed: Staffed) -> None:
    """A weekday alone would be taken for the next one; in German as well."""
    days = DaysOff(date(2026, 3, 11), date(2026, 3, 20), "Moving house")
    office_hours.add_days_off(closed.deps, closed.joins("cem").id, days)
    said = closed.world.chat().say("a person please", PERSON).text
    assert said.endswith("Our team is back on Monday, 23 March 2026, at 09:00.")
    german = closed.world.chat_at("1", locale="de").say("ein Mensch bitte", PERSON).text
    assert german.endswith("Unser Team ist am Montag, dem 23. März 2026, um 09:00 Uhr wieder da.")


def test_within_office_hours_nothing_is_added(closed: Staffed) -> None:
    """Somebody is there."""
    closed.clock.advance(hours=16)
    assert "Our team" not in closed.world.chat().say("a person please", PERSON).text


def test_who_is_in_distress_is_not_told_to_wait(closed: Staffed) -> None:
    """What is said to them stays as it is."""
    said = closed.world.chat().say("I want to die", lambda turn: cases.talk_to_human(turn, "distress")).text
    assert "Our team" not in said
    assert "112" in said


def test_other_ways_to_a_person(closed: Staffed) -> None:
    """What can't be done here yet, what was not understood twice, what staff have let wait."""
    back = "Our team is back tomorrow at 09:00."
    chat = closed.world.chat()
    assert chat.say("change my plan", lambda turn: cases.not_here_yet(turn, "change_plan")).text.endswith(
        back
    )
    other = closed.world.chat()
    other.say("hm", small_answers.clarify)
    again = other.say("hmm", small_answers.clarify)
    assert again.text.endswith(back)
    assert again.names == ["cancel_now"]


def test_what_is_set_is_kept_and_audited(closed: Staffed) -> None:
    """By whom; hours that are sorted, days off that are over are forgotten."""
    member = closed.joins("cem")
    past = DaysOff(date(2026, 1, 1), date(2026, 1, 1), "New Year")
    coming = DaysOff(date(2026, 5, 1), date(2026, 5, 1), "Labour Day")
    for days in (past, coming):
        office_hours.add_days_off(closed.deps, member.id, days)
    split = (Span(13 * 60, 17 * 60), Span(8 * 60, 12 * 60))
    office_hours.put_week(closed.deps, member.id, (split, *WEEK[1:]))
    found = office_hours.shown(closed.deps)
    assert found is not None
    assert (found.week[0], found.off) == (split[::-1], (coming,))
    office_hours.remove_days_off(closed.deps, member.id, coming)
    newest = closed.audited(Action.CONFIGURED)[0]
    assert (newest.who, newest.subject) == (member.id, "office hours")
    found = office_hours.shown(closed.deps)
    assert found is not None
    assert found.off == ()


def test_hours_are_taken_away(closed: Staffed) -> None:
    """Then there are none again, and no days off from them."""
    member = closed.joins("cem")
    office_hours.put_week(closed.deps, member.id, ((),) * 7)
    assert office_hours.shown(closed.deps) is None
    assert "Our team" not in closed.world.chat().say("a person please", PERSON).text
    with pytest.raises(OfficeHoursError):
        office_hours.add_days_off(closed.deps, member.id, DaysOff(date(2026, 5, 1), date(2026, 5, 1)))


def test_times_that_overlap_are_refused(closed: Staffed) -> None:
    """And what was set stays."""
    with pytest.raises(OfficeHoursError):
        office_hours.put_week(closed.deps, closed.joins("cem").id, ((Span(0, 90), Span(60, 120)), *WEEK[1:]))
    found = office_hours.shown(closed.deps)
    assert found is not None
    assert found.week == WEEK
