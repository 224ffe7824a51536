"""The mark that each operation leaves in a subscription's metadata: by it we know for ever what was done.

Stripe forgets idempotency keys after 24 hours. A mark is written by the very request that acts, so that there
is no moment at which one is there without the other; where Stripe can't do that (ending at once has no
metadata) it is written before, as an intent.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bot.domain.currencies import decimals
from bot.domain.money import Money

#: Keys of metadata hold at most 40 characters, and an object 50 of them.
PREFIX = "fairwell_"
#: So many of ours are left; each operation closes the one before it, so older ones are never asked for again.
_KEPT = 12
_SHORT = re.compile(r"[A-Za-z0-9-]{1,12}")
_TIME = r"\d{4}-\d\d-\d\dT[\d:.]{8,15}Z"
_VALUE = re.compile(
    rf"(?P<kind>[a-z]+) of (?P<ref>\w+), said (?P<at>{_TIME}), for (?P<until>{_TIME})"
    r"(?:, pays back (?P<amount>\d+(?:\.\d+)?) (?P<currency>[A-Z]{3}))?"
)

CANCEL, END, RESUME, PAUSE, UNPAUSE = "cancel", "end", "resume", "pause", "unpause"


@dataclass(frozen=True, slots=True)
class Mark:
    """What an operation did: `cancel` arranged an end, `end` is to end it at once. Times are UTC.

    `at` is when it was done, `until` the end that was asked for, `refund` what is to be paid back with it.
    """

    kind: str
    at: datetime
    until: datetime
    refund: Money | None = None

    def dump(self, ref: str) -> str:
        """The form that stands in the metadata, for staff to read as well.

        It names the subscription: metadata may be copied to another one, which has had none of this done.
        """
        paid = f", pays back {_amount(self.refund)} {self.refund.currency}" if self.refund else ""
        return f"{self.kind} of {ref}, said {_written(self.at)}, for {_written(self.until)}{paid}"


def name(ref: str, idempotency_key: str, ledger: str) -> str:
    """The key of metadata for an operation: `fairwell_k3x9_3` for the third on this subscription.

    `ledger` is which database counts. Another one, or a new one, counts anew, and has done none of this.
    """
    short = idempotency_key.removeprefix(f"{ref}:")
    if short != idempotency_key and _SHORT.fullmatch(short):
        return f"{PREFIX}{ledger}_{short}"
    # A dot, which no short one has: neither can be taken for the other.
    return f"{PREFIX}{ledger}.{hashlib.sha256(idempotency_key.encode()).hexdigest()[:16]}"


def of(subscription: dict[str, Any]) -> dict[str, Mark]:
    """A subscription's marks by their names, the oldest first; what is not a mark of its own is none."""
    metadata = subscription.get("metadata") or {}
    found = {
        item: _read(str(value), str(subscription["id"]))
        for item, value in metadata.items()
        if item.startswith(PREFIX)
    }
    marks = [(item, mark) for item, mark in found.items() if mark is not None]
    return dict(sorted(marks, key=lambda pair: (pair[1].at, pair[0])))


def written(subscription: dict[str, Any], mark_name: str, mark: Mark) -> dict[str, str]:
    """The metadata to send so that a mark stands there; old ones make room."""
    old = [item for item in of(subscription) if item != mark_name]
    gone = old[: max(len(old) - _KEPT + 1, 0)]
    return {**dict.fromkeys(gone, ""), mark_name: mark.dump(str(subscription["id"]))}


def alike(one: Mark, other: Mark) -> bool:
    """Whether two operations do the same, so that only one of them can have done it."""
    return one.kind == other.kind or {one.kind, other.kind} <= {CANCEL, END}


def _read(value: str, ref: str) -> Mark | None:
    found = _VALUE.fullmatch(value)
    if found is None or found["ref"] != ref:
        return None
    refund = None
    if found["amount"]:
        minor = Decimal(found["amount"]).scaleb(decimals(found["currency"]))
        refund = Money(int(minor), found["currency"])
    try:
        return Mark(found["kind"], _time(found["at"]), _time(found["until"]), refund)
    except ValueError:
        return None


def _amount(money: Money) -> str:
    return f"{Decimal(money.minor).scaleb(-decimals(money.currency)):f}"


def _written(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
