"""What a benchmark needs of the two that are compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bench.processes import Resident

#: What customers say. Both understand these words.
CANCEL, SMALL_TALK = "I want to cancel", "hello"


@dataclass(frozen=True, slots=True)
class Started:
    """How long one process took from its start until it could answer, in seconds."""

    process: str
    seconds: float


class Conversation(Protocol):
    """One customer's conversation, opened and verified."""

    def say(self, text: str) -> float:
        """Sends a message and returns the milliseconds until its answer was here.

        Raises `BenchError` if what came back is not the answer.
        """
        ...


class System(Protocol):
    """Stock Rasa or ours, running."""

    @property
    def name(self) -> str:
        """What it is called in the tables."""
        ...

    @property
    def started(self) -> Sequence[Started]:
        """How long each process took."""
        ...

    def open(self) -> Conversation:
        """Opens a fresh customer's conversation; not part of any turn's time."""
        ...

    def parse(self, text: str) -> float:
        """Has the model understand a text, without a conversation, and returns the milliseconds it took."""
        ...

    def processor_seconds(self) -> float:
        """The processor time of all its processes so far."""
        ...

    def resident(self) -> Sequence[Resident]:
        """What each process holds in memory now."""
        ...
