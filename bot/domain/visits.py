"""How many sessions one visitor may open without saying who they are: it slows nobody but floods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Allowance:
    """At most so many within any span of this length."""

    most: int
    within: timedelta


#: What an office or a household behind one address needs, and far less than a flood.
ALLOWANCES = (Allowance(20, timedelta(minutes=10)), Allowance(100, timedelta(days=1)))
#: Older ones count for nothing.
LONGEST = max(allowance.within for allowance in ALLOWANCES)


def wait(opened: Sequence[datetime], now: datetime) -> timedelta:
    """How long to wait for the next one after those `opened`; nothing where it may be opened now."""
    return max((_wait(allowance, opened, now) for allowance in ALLOWANCES), default=timedelta(0))


def counting(opened: Sequence[datetime], now: datetime) -> tuple[datetime, ...]:
    """Those that still count for something, oldest first."""
    return tuple(sorted(at for at in opened if at > now - LONGEST))


def _wait(allowance: Allowance, opened: Sequence[datetime], now: datetime) -> timedelta:
    recent = sorted(at for at in opened if at > now - allowance.within)
    if len(recent) < allowance.most:
        return timedelta(0)
    # Once the oldest of the newest `most` no longer counts, there is room for one.
    return recent[-allowance.most] + allowance.within - now
