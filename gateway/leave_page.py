"""What the page /leave shows of a conversation: the last exchange, what is still open, what to fill in."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.conversations import Author, Awaiting, Message, ReplyKind
from bot.ports import Wording
from bot.services.standing import Standing
from gateway.forms import PRESS

#: Presses that only a platform's own app can carry out.
_NOT_HERE = frozenset({"share_contact", "open_private"})
#: Those that a page shows by itself.
_ALWAYS = frozenset({"talk_to_human"})
_QUESTIONS = frozenset({ReplyKind.CHOICE, ReplyKind.EXIT_QUESTION})


class View:
    """How a conversation looks on the page, in its own language."""

    def __init__(self, wording: Wording, now: Standing, *, refused: bool) -> None:
        self._wording = wording
        self._now = now
        self._refused = refused

    def values(self) -> dict[str, object]:
        """For the template."""
        now, latest = self._now, self._now.latest
        kept = [item for item in now.earlier if item.receipt is not None]
        question = self._still_open()
        title = self._text(self._title())
        return {
            "title": self._text("leave_title_error", {"title": title}) if self._refused else title,
            "heading": title,
            "refused": self._refused,
            "said": [self._message(item) for item in latest],
            "question": None if question is None else self._message(question),
            "receipts": [self._message(item) for item in kept],
            "before": [self._line(item) for item in now.earlier],
            "field": self._field(),
            "asks_why": now.awaiting is Awaiting.EXIT_ANSWER and not now.waiting and not now.in_charge,
            "notes": [self._text(name) for name in self._notes()],
            "look": now.waiting or now.called,
        }

    def _text(self, name: str, values: dict[str, object] | None = None) -> str:
        return self._wording.text(name, self._now.language, values or {})

    def _field(self) -> str | None:
        """The field that the bot waits for; none while somebody else has the word."""
        if self._now.in_charge or self._now.waiting:
            return None
        awaited = self._now.awaiting
        return awaited.value if awaited in {Awaiting.EMAIL, Awaiting.CODE} else None

    def _notes(self) -> Sequence[str]:
        """What the page has to say itself: that an answer is on its way, and whose."""
        now = self._now
        if now.in_charge:
            return ["leave_person"]
        if now.waiting:
            return ["leave_reason_kept" if now.awaiting is Awaiting.EXIT_ANSWER else "leave_waiting"]
        return ["leave_person_called"] if now.called else []

    def _title(self) -> str:
        now = self._now
        receipts = [item.receipt for item in now.latest if item.receipt is not None]
        if now.in_charge:
            return "leave_title_person"
        if now.waiting:
            return "leave_title_waiting"
        if receipts:
            return f"receipt_title_{receipts[-1].kind}"
        if any(item.kind is ReplyKind.CHOICE for item in now.latest):
            return "leave_title_choice"
        fields = {"email": "leave_title", "code": "leave_title_code"}
        return fields.get(self._field() or "", "leave_title_answer")

    def _still_open(self) -> Message | None:
        """A question of before that still waits, where something else was said since: never out of sight."""
        said_since = any(item.kind in _QUESTIONS or item.receipt is not None for item in self._now.latest)
        if said_since or self._now.in_charge:
            return None
        for item in reversed(self._now.earlier):
            if item.receipt is not None:
                return None
            if item.kind in _QUESTIONS:
                asked = item.kind is ReplyKind.CHOICE or self._now.awaiting is Awaiting.EXIT_ANSWER
                return item if asked and not self._used(item) else None
        return None

    def _used(self, item: Message) -> bool:
        return any(token in self._now.used for _, _, token in item.buttons)

    def _message(self, item: Message) -> dict[str, object]:
        shown: dict[str, object] = {
            "text": item.text,
            "staff": item.author is Author.STAFF,
            "asks": item.kind is ReplyKind.EXIT_QUESTION,
            "buttons": self._buttons(item),
            "receipt": None,
        }
        if item.receipt is not None:
            receipt = item.receipt
            shown["receipt"] = {
                "number": receipt.number,
                "kind": receipt.kind,
                "subscription": receipt.subscription,
                "url": receipt.url,
                "open": self._text("leave_open_receipt", {"number": receipt.number}),
                "received_at": self._text("receipt_value_time", {"at": receipt.received_at}),
                "effective_at": self._text("receipt_value_time", {"at": receipt.effective_at}),
            }
        return shown

    def _buttons(self, item: Message) -> list[dict[str, str]]:
        """Those that can be pressed here; of a question that is answered, none."""
        if self._used(item):
            return []
        return [
            {"name": f"{PRESS}{token}", "title": title, "kind": name.partition(":")[0]}
            for name, title, token in item.buttons
            if name not in _NOT_HERE | _ALWAYS
        ]

    def _line(self, item: Message) -> dict[str, str]:
        return {"who": self._text(f"leave_said_{item.author.value}"), "text": item.text}
