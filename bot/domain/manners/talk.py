"""Judging a stored transcript: what the bot said, and the way from "I want to cancel" to the receipt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from bot.domain.conversations import Author, Message, ReplyKind
from bot.domain.manners.buttons import Option, judge_buttons
from bot.domain.manners.findings import Finding, Rule
from bot.domain.manners.product import improper_questions
from bot.domain.manners.texts import Lexicon, is_kind, judge

#: Intents of messages that a bot has made necessary: they count as turns. What proves who it is does not
#: (P1 speaks of verified customers), nor does a subject of the customer's own.
_COUNTED = frozenset({
    None, "cancel", "affirm", "deny", "give_reason", "decline", "choose", "nlu_fallback", "complaint",
    "insult",
})  # fmt: skip
#: With these a customer takes a wish back, where nothing is asked after them.
_TAKES_BACK = frozenset({"deny", "undo_cancel"})
#: A receipt's kind where it ends something.
_ENDS = frozenset({"cancel", "withdraw"})
#: Intents with which the customer asks for what would else be an offer.
_ASKED_FOR = frozenset({"pause", "change_plan", "come_back", "billing_question", "account_question"})


def judge_talk(messages: Sequence[Message], lexicons: Collection[Lexicon]) -> Sequence[Finding]:
    """What the bot did in a conversation that it must not, in the order of its messages.

    The transcript is taken as it is stored: masked. Messages of staff are not judged; a person who answers
    ends the counting, for then the bot is not in charge.
    """
    walk = _Walk(lexicons)
    for message in messages:
        walk.take(message)
    walk.close()
    return walk.found


class _Walk:
    """Where a conversation stands, message by message."""

    def __init__(self, lexicons: Collection[Lexicon]) -> None:
        self.found: list[Finding] = []
        self._lexicons = lexicons
        self._offers = 0
        self._exit_questions = 0
        self._last_intent: str | None = None
        self._begin(waiting=False)

    def take(self, message: Message) -> None:
        """Goes on by one message."""
        if message.author is Author.CUSTOMER:
            self._heard(message)
        elif message.author is Author.BOT:
            self._said(message)
        else:
            self._begin(waiting=False)

    def close(self) -> None:
        """The end of what is stored: a cancellation may still be waiting for its receipt."""
        if self._waiting:
            self._count_turns(self._where)

    def _begin(self, *, waiting: bool) -> None:
        self._waiting = waiting
        self._turns = 0
        self._allowed = 1
        self._answered = False
        self._demanded = True
        self._asked: Counter[str] = Counter()

    def _heard(self, message: Message) -> None:
        intent = message.understanding.intent
        if self._waiting and self._answered:
            # The last answer asked for nothing: the matter was closed without a receipt, or taken back.
            if self._last_intent not in _TAKES_BACK:
                self._count_turns(self._where)
            self._begin(waiting=False)
        if intent == "cancel" and not self._waiting:
            self._begin(waiting=True)
            self._exit_questions = 0
        if self._waiting and intent in _COUNTED and self._demanded:
            self._turns += 1
            # Several messages in a row are one turn.
            self._demanded = False
        self._last_intent = intent
        self._answered = False

    def _said(self, message: Message) -> None:
        where = self._where = f"message {message.seq}"
        options = [Option(name, title) for name, title, _ in message.buttons]
        asks_reason = message.kind is ReplyKind.EXIT_QUESTION or is_kind(
            "reason", message.text, self._lexicons
        )
        selling = self._offer(message, where)
        self.found += judge(message.text, self._lexicons, where)
        self.found += judge_buttons(options, self._lexicons, where, optional=asks_reason or selling)
        if asks_reason:
            self._exit_question(message, where)
        if self._waiting:
            self._before_receipt(message, options, where, asks_reason=asks_reason)
        if message.kind is ReplyKind.RECEIPT:
            self._receipt(message, where)

    def _offer(self, message: Message, where: str) -> bool:
        """Whether it offers what was not asked for; notes where that is out of place."""
        sells = any(finding.rule is Rule.SALES for finding in judge(message.text, self._lexicons))
        if self._last_intent in _ASKED_FOR or not (sells or is_kind("offer", message.text, self._lexicons)):
            return False
        self._offers += 1
        if self._waiting:
            self.found.append(Finding(where, Rule.OFFER_BEFORE, message.text))
        if self._offers > 1:
            self.found.append(
                Finding(where, Rule.REPEATED_OFFER, f"offer {self._offers} of this conversation")
            )
        return True

    def _exit_question(self, message: Message, where: str) -> None:
        self._exit_questions += 1
        if self._waiting:
            self.found.append(Finding(where, Rule.QUESTION_BEFORE, message.text))
        if message.kind is ReplyKind.RECEIPT:
            self.found.append(Finding(where, Rule.EXIT_QUESTION, "asked in the confirmation itself"))
        if self._exit_questions > 1:
            self.found.append(
                Finding(
                    where, Rule.EXIT_QUESTION, f"asked {self._exit_questions} times about one cancellation"
                )
            )

    def _before_receipt(
        self, message: Message, options: Sequence[Option], where: str, *, asks_reason: bool
    ) -> None:
        """What is said while a cancellation waits: who and which may be asked, nothing else."""
        proof = is_kind("identity", message.text, self._lexicons)
        plans = any(option.chooses_plan for option in options)
        press = message.kind is ReplyKind.CHOICE and any(option.name == "cancel_now" for option in options)
        if plans or press:
            self._allowed = min(self._allowed + 1, 3)
        own_subject = self._last_intent not in _COUNTED | _TAKES_BACK
        if not (asks_reason or plans or press or own_subject):
            questions = improper_questions(message.text, self._lexicons)
            self.found += [Finding(where, Rule.QUESTION_BEFORE, question) for question in questions]
        asked = "?" in message.text or bool(options)
        if not own_subject:
            self._demanded = not proof
        if asked and not proof and not own_subject:
            self._asked[message.text] += 1
            # What is needed to go on may be asked once more when the answer was none.
            if self._asked[message.text] > (2 if plans or press else 1):
                self.found.append(Finding(where, Rule.REPEATED_QUESTION, message.text))
        self._answered = not (asked or proof or own_subject)

    def _receipt(self, message: Message, where: str) -> None:
        kind = message.receipt.kind if message.receipt is not None else "cancel"
        if self._waiting and kind in _ENDS:
            self._count_turns(where)
        self._begin(waiting=False)

    def _count_turns(self, where: str) -> None:
        if self._turns > self._allowed:
            said = f"{self._turns} messages of the customer, where {self._allowed} are enough"
            self.found.append(Finding(where, Rule.TOO_MANY_TURNS, said))
