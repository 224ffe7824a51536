"""What is measured, the same for both; they take turns, so that both meet the machine in the same moods."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bench.processes import Resident
from bench.system import CANCEL, SMALL_TALK, Conversation, Started, System

#: A conversation's turns; the first and the last of them are measured.
TURNS = 10
SENDERS = 8
#: Growth: turn times after so many messages in one conversation, each over the last `WINDOW` turns.
MARKS, WINDOW = (10, 100, 200, 400), 10


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much is measured; fewer is faster and less certain."""

    conversations: int = 50
    cancel_messages: int = 160
    small_talks: int = 24
    growth: int = MARKS[-1]
    parses: int = 100

    @property
    def customers(self) -> int:
        """How many conversations are opened in each system."""
        return 2 + 2 * self.conversations + self.cancel_messages + self.small_talks


@dataclass(frozen=True, slots=True)
class Times:
    """The turns of one kind, in milliseconds."""

    cancel_first: Sequence[float]
    cancel_tenth: Sequence[float]
    small_talk_first: Sequence[float]
    small_talk_tenth: Sequence[float]


@dataclass(frozen=True, slots=True)
class Result:
    """All that was measured of one system: milliseconds, messages a second, seconds, MB.

    `processor` is the processor time of a message, where one in ten cancels, in milliseconds.
    """

    name: str
    times: Times
    opening: Sequence[float]
    processor: float
    growth: Mapping[int, Sequence[float]]
    parses: Sequence[float]
    cancels_a_second: float
    small_talk_a_second: float
    started: Sequence[Started]
    resident: Sequence[Resident]


@dataclass(slots=True)
class _Turns:
    opening: list[float]
    first: list[float]
    tenth: list[float]
    processor_seconds: float


def compare(systems: Sequence[System], amounts: Amounts, say: Callable[[str], None]) -> list[Result]:
    """Measures every system; `say` is told what is being measured. Raises `BenchError` for a wrong answer."""
    for system in systems:
        _talk(system.open(), [SMALL_TALK, CANCEL, SMALL_TALK])
    say("turns that cancel first, then small talk")
    cancelling = _conversations(systems, amounts.conversations, [CANCEL, *[SMALL_TALK] * (TURNS - 1)])
    say("turns of small talk first, then one that cancels")
    talking = _conversations(systems, amounts.conversations, [*[SMALL_TALK] * (TURNS - 1), CANCEL])
    say(f"{SENDERS} senders at once")
    cancels = [_at_once(system, amounts.cancel_messages, [CANCEL]) for system in systems]
    small_talk = [_at_once(system, amounts.small_talks, [SMALL_TALK] * TURNS) for system in systems]
    say(f"one conversation of {amounts.growth} messages")
    growth = _growth(systems, amounts.growth)
    messages = 2 * amounts.conversations * TURNS
    parses = [[system.parse(CANCEL) for _ in range(amounts.parses)] for system in systems]
    return [
        Result(
            system.name,
            Times(cancelling[at].first, talking[at].tenth, talking[at].first, cancelling[at].tenth),
            [*cancelling[at].opening, *talking[at].opening],
            (cancelling[at].processor_seconds + talking[at].processor_seconds) * 1000 / messages,
            growth[at],
            parses[at],
            cancels[at],
            small_talk[at],
            system.started,
            system.resident(),
        )
        for at, system in enumerate(systems)
    ]


def _talk(conversation: Conversation, texts: Sequence[str]) -> list[float]:
    return [conversation.say(text) for text in texts]


def _open(system: System) -> tuple[Conversation, float]:
    began = time.perf_counter()
    conversation = system.open()
    return conversation, (time.perf_counter() - began) * 1000


def _conversations(systems: Sequence[System], count: int, texts: Sequence[str]) -> list[_Turns]:
    found = [_Turns([], [], [], -system.processor_seconds()) for system in systems]
    for _ in range(count):
        for system, turns in zip(systems, found, strict=True):
            conversation, opening = _open(system)
            times = _talk(conversation, texts)
            turns.opening.append(opening)
            turns.first.append(times[0])
            turns.tenth.append(times[-1])
    for system, turns in zip(systems, found, strict=True):
        turns.processor_seconds += system.processor_seconds()
    return found


def _at_once(system: System, count: int, texts: Sequence[str]) -> float:
    """Messages a second of `SENDERS` senders, each holding one conversation after another, opened before."""
    conversations = [system.open() for _ in range(count)]
    with ThreadPoolExecutor(SENDERS) as senders:
        began = time.perf_counter()
        turns = sum(len(each) for each in senders.map(lambda one: _talk(one, texts), conversations))
        return turns / (time.perf_counter() - began)


def _growth(systems: Sequence[System], messages: int) -> list[Mapping[int, Sequence[float]]]:
    """Turn times up to each mark of one conversation; the systems take turns message by message."""
    conversations = [system.open() for system in systems]
    times: list[list[float]] = [[] for _ in systems]
    for _ in range(messages):
        for conversation, mine in zip(conversations, times, strict=True):
            mine.append(conversation.say(SMALL_TALK))
    return [{mark: mine[mark - WINDOW : mark] for mark in MARKS if mark <= messages} for mine in times]
