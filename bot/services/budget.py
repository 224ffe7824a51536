"""How long somebody waits for a billing system elsewhere."""

from __future__ import annotations

import threading
import time

#: How long, in seconds, a customer waits for it; a job may wait longer.
IN_A_TURN, IN_A_JOB = 5.0, 15.0
#: Below this, in seconds, there is no use in asking.
_LEAST = 0.2


class Budget:
    """How long somebody waits, in seconds, from when this is made; the time that runs is the machine's."""

    def __init__(self, seconds: float = IN_A_TURN) -> None:
        self._until = time.monotonic() + seconds
        self._nobody = threading.Event()
        #: Seconds for which the other side wants to be left alone, where it said so.
        self.asked_to_wait: float | None = None

    @property
    def left(self) -> float:
        """What is left of it, never nothing: whoever asks gets to try."""
        return max(self._until - time.monotonic(), _LEAST)

    @property
    def over(self) -> bool:
        """Whether it is used up."""
        return time.monotonic() >= self._until

    def pause(self) -> None:
        """Waits a little for what another one is doing."""
        self._nobody.wait(min(0.1, self.left))
