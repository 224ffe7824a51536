"""Alerts: whom of the company is told that a customer waits for a person, and of what."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.cases import Case, CaseState
from bot.domain.errors import FairwellError
from bot.domain.office_hours import OfficeHours

#: The kinds of jobs: deciding who is told of a case, and telling a Slack channel.
ALERT, SLACK_ALERT = "alert", "slack_alert"
#: So many alerts an hour are sent each way, unless settings say otherwise.
MOST_AN_HOUR = 30
HOUR = timedelta(hours=1)
#: More addresses than this is a list, which a mail server keeps better.
MOST_ADDRESSES = 10
#: Minutes: an alert at once is the other kind; after a day there is the daily reminder.
SHORTEST_WAIT, LONGEST_WAIT = 1, 24 * 60
#: What was due longer ago than this is told nobody any more: the daily reminder has it.
STALE = timedelta(hours=24)


class AlertsError(FairwellError):
    """Alerts that can't be sent so; says why, in words for whoever set them."""


@dataclass(frozen=True, slots=True)
class Alerts:
    """Where alerts go: mail addresses and the address of a Slack webhook, which is as secret as a password.

    `opened`: when a person is asked for. `after`: when nobody has answered for so long, in office hours where
    there are any. `since` is when that was switched on: who waited before it is told nobody.
    """

    mail: tuple[str, ...] = ()
    slack: str = field(default="", repr=False)
    opened: bool = False
    after: timedelta | None = None
    since: datetime | None = None

    def late(self, case: Case, hours: OfficeHours | None, now: datetime) -> bool:
        """Whether it is time to tell that this case waits."""
        began = waits_since(case)
        if began is None or self.after is None:
            return False
        due = hours.after(began, self.after) if hours else began + self.after
        return due is not None and max(self.since or due, now - STALE) <= due <= now


class Way(StrEnum):
    """How alerts are sent. Each way has an hour of its own."""

    MAIL = "mail"
    SLACK = "slack"
    WEBHOOK = "webhook"


class Fate(StrEnum):
    """What becomes of an alert."""

    SENT = "sent"
    SUMMED_UP = "summed_up"  # the first that is held back: told that there are more
    HELD_BACK = "held_back"


@dataclass(frozen=True, slots=True)
class AlertHour:
    """How many alerts were sent one way, and held back, in the hour from `began_at` (UTC)."""

    way: Way
    began_at: datetime
    sent: int = 0
    held: int = 0

    def over(self, now: datetime) -> bool:
        """Whether the next alert begins another hour."""
        return now >= self.began_at + HOUR

    def owes(self, now: datetime) -> bool:
        """Whether it is time to tell how many were held back."""
        return self.held > 0 and self.over(now)

    def counting(self, now: datetime, most: int) -> tuple[AlertHour, Fate]:
        """With one alert more, and what becomes of that; `most` are sent in an hour."""
        hour = AlertHour(self.way, now) if self.over(now) else self
        if hour.sent < most:
            return replace(hour, sent=hour.sent + 1), Fate.SENT
        return replace(hour, held=hour.held + 1), Fate.HELD_BACK if hour.held else Fate.SUMMED_UP


def waits_since(case: Case) -> datetime | None:
    """Since when a customer waits for staff there: for somebody at all, or for an answer; None where not."""
    if case.state is CaseState.OPEN:
        return case.opened_at
    return case.waiting_since if case.state is CaseState.ACCEPTED else None
