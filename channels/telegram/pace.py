"""How long is waited for what; tests wait less."""

from __future__ import annotations

import random
from dataclasses import dataclass

_CHANCE = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. `refused` is for what only a person can put right, such as a wrong token."""

    long_poll: int = 20
    idle: float = 0.3
    elsewhere: float = 2.0
    conflict: float = 10.0
    refused: float = 60.0
    first: float = 0.5
    most: float = 15.0
    typing: float = 4.0


class Backoff:
    """Waits that double from one failure to the next, with jitter, so that replicas do not knock together."""

    def __init__(self, pace: Pace) -> None:
        self._first, self._most = pace.first, pace.most
        self.failures = 0

    def next(self) -> float:
        """The seconds to wait now."""
        whole: float = min(self._most, self._first * (1 << min(self.failures, 16)))
        self.failures += 1
        return whole * _CHANCE.uniform(0.5, 1.0)

    def reset(self) -> None:
        """It went well: the next wait is a short one."""
        self.failures = 0
