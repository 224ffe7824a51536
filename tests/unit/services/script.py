"""What tests write with: plans, what each sentence is understood as, and what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from bot.domain.conversations import Message
from bot.domain.money import Money
from bot.domain.periods import Interval
from bot.domain.subscriptions import EndRule, Plan
from bot.services import (
    cancel,
    cases,
    not_here_yet,
    other_messages,
    pause,
    sign_in,
    small_answers,
    status,
    switch_language,
    undo,
    withdraw,
)
from bot.services.turn import Handler
from tests.fixtures import read_once

BERLIN = ZoneInfo("Europe/Berlin")
WORDING = read_once.responses(BERLIN)
DATES = read_once.dates()
OWNER = "worker"
ANCHOR = datetime(2026, 1, 1, 8, 0, tzinfo=UTC)
#: New Year in Berlin: every period ends with the last day of a month.
MIDNIGHT = datetime(2025, 12, 31, 23, 0, tzinfo=UTC)

BASIC = Plan("basic", "Basic", Money(500, "EUR"), Interval.MONTH)
PRO = Plan("pro", "Pro", Money(1200, "EUR"), Interval.MONTH)
TEAM = Plan("team", "Team", Money(3000, "EUR"), Interval.MONTH)
#: Ends at once, and pays the unused part back.
DAY_PASS = Plan("pass", "Pass", Money(3100, "EUR"), Interval.MONTH, EndRule.AT_ONCE, refund_unused=True)
#: Ends at once, and pays nothing back.
FLAT = Plan("flat", "Flat", Money(900, "EUR"), Interval.MONTH, EndRule.AT_ONCE)

YEARLY = Plan("year", "Year", Money(9900, "EUR"), Interval.YEAR)

#: What Rasa's rules do with an intent, where a test presses a button.
BY_INTENT: dict[str, Handler] = {
    "cancel": cancel.handle,
    "undo_cancel": undo.handle,
    "pause": pause.handle,
    "withdraw": withdraw.handle,
    "give_reason": small_answers.give_reason,
    "decline": small_answers.decline,
    "deny": small_answers.deny,
    "talk_to_human": cases.talk_to_human,
    "switch_language": switch_language.handle,
    "nlu_fallback": small_answers.clarify,
    "use_link": sign_in.use_link,
    "share_contact": sign_in.share_contact,
    "log_out": sign_in.log_out,
    "attachment": other_messages.attachment,
    "changed_message": other_messages.changed_message,
    "public_message": other_messages.public_message,
}
#: The same for what a test says in words.
CANCEL, UNDO, YES, NO = cancel.handle, undo.handle, small_answers.affirm, small_answers.deny
EMAIL, CODE, CHOOSE = small_answers.give_email, small_answers.give_code, small_answers.choose
UNCLEAR, REASON, SKIP = small_answers.clarify, small_answers.give_reason, small_answers.decline
STATUS, END_DATE, CHARGES = status.ask_status, status.ask_end_date, status.ask_charges
LOG_OUT, PERSON = sign_in.log_out, cases.talk_to_human
DELETE_DATA: Handler = partial(not_here_yet.handle, subject="delete_data")
EXPORT_DATA: Handler = partial(not_here_yet.handle, subject="export_data")


@dataclass(frozen=True)
class Replies:
    """What was answered."""

    messages: Sequence[Message]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Replies) and tuple(self.messages) == tuple(other.messages)

    def __hash__(self) -> int:
        return hash(tuple(self.messages))

    @property
    def kinds(self) -> list[str]:
        """The kinds, in order."""
        return [message.kind.value for message in self.messages]

    @property
    def text(self) -> str:
        """All that was said, a line each."""
        return "\n".join(message.text for message in self.messages)

    @property
    def names(self) -> list[str]:
        """The names of all buttons, in order."""
        return [name for message in self.messages for name, _, _ in message.buttons]

    @property
    def titles(self) -> list[str]:
        """Their titles."""
        return [title for message in self.messages for _, title, _ in message.buttons]

    @property
    def numbers(self) -> list[str]:
        """The numbers of the receipts shown."""
        return [message.receipt.number for message in self.messages if message.receipt is not None]

    def button(self, name: str, which: int = 0) -> str:
        """A button's token."""
        found = [token for message in self.messages for held, _, token in message.buttons if held == name]
        return found[which]
