"""Made-up conversations, in the order in which they were had: as many as a company has in two years.

Words are as frequent as words are (Zipf): the first few stand in nearly every text, most in a handful. The
bot says the same sentences again and again, which makes its words the hardest to search for.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.domain.finding import YES, Facet, Outcome

#: When the last conversation begins, and over how long they are spread.
END, SPREAD = datetime(2026, 11, 1, tzinfo=UTC), timedelta(days=730)
#: Messages of a conversation, on average.
MESSAGES = 10
CHANNELS, LANGUAGES = ("web", "telegram", "slack"), ("en", "de")
PLANS = ("Basic", "Pro", "Team", "Day pass")
REASONS = ("too_expensive", "unused", "missing_features", "switched_service", "temporary", "other")
LABELS = tuple(f"label {number}" for number in range(1, 13))
STAFF = ("st_1", "st_2", "st_3")
_SYLLABLES = tuple("".join(pair) for pair in itertools.product("bdfgklmnprstwz", "aeiouäü"))
_SAID = (
    "Done. Your {plan} plan is cancelled. You can use it until {day}, and nothing more will be charged.",
    "If you like: what made you leave? One tap is enough, and you can skip it.",
    "Thank you, that helps.",
    "To be sure it's you: which e-mail address is the account under?",
    "Your {plan} plan goes on as before.",
    "Receipt R-{number}: cancellation confirmed on {day}.",
    "Ihr {plan}-Abo ist gekündigt. Sie können es bis zum {day} nutzen, danach wird nichts mehr berechnet.",
    "I can end subscriptions here, but not orders. Shall I get a person?",
)
#: How often a facet is there, of a thousand conversations.
_OFTEN = {Facet.LOW_CONFIDENCE: 80, Facet.HANDED_OVER: 50, Facet.MISTAKE: 3, Facet.FLAGGED: 2}
_OUTCOMES = {Outcome.CANCELLED: 600, Outcome.UNDONE: 40, Outcome.PAUSED: 25, Outcome.WITHDRAWN: 10}


@dataclass(frozen=True, slots=True)
class Said:
    """A message."""

    conversation: int
    seq: int
    author: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation. `active_at` is when its last message was sent."""

    number: int
    channel: str
    language: str
    customer: str | None
    began_at: datetime
    active_at: datetime
    messages: int
    read: bool
    facets: Sequence[tuple[Facet, str]] = ()

    @property
    def id(self) -> str:
        """As it is stored."""
        return f"c_{self.number:07d}"


@dataclass
class Company:
    """All that was ever said to it: the same for the same seed, and never all of it in memory."""

    conversations: int
    seed: int = 7
    words: Sequence[str] = field(init=False)

    def __post_init__(self) -> None:
        picking = random.Random(self.seed)  # noqa: S311 - figures, not secrets
        made = {"".join(picking.choices(_SYLLABLES, k=picking.randint(2, 4))) for _ in range(40_000)}
        self.words = picking.sample(sorted(made), 20_000)
        self._weights = list(itertools.accumulate(1 / rank for rank in range(1, len(self.words) + 1)))

    def talks(self) -> Iterator[Talk]:
        """The conversations, by when they began."""
        picking = random.Random(self.seed + 1)  # noqa: S311
        pause = SPREAD / self.conversations
        for number in range(self.conversations):
            began = END - SPREAD + pause * number
            messages = max(2, round(picking.gauss(MESSAGES, 3)))
            # The last message comes soon after; or, now and then, weeks later.
            lasted = timedelta(seconds=picking.expovariate(1 / 300) + 1)
            if picking.random() < 0.05:
                lasted += timedelta(days=picking.randint(1, 30))
            yield Talk(
                number,
                picking.choices(CHANNELS, (70, 20, 10))[0],
                picking.choices(LANGUAGES, (60, 40))[0],
                f"customer{picking.randrange(self.conversations)}" if picking.random() < 0.6 else None,
                began,
                began + lasted,
                messages,
                picking.random() < 0.5,
                tuple(_facets(picking)),
            )

    def said(self) -> Iterator[Said]:
        """The messages, in the order in which they were said."""
        picking = random.Random(self.seed + 2)  # noqa: S311
        waiting: list[tuple[datetime, int, int]] = []
        for talk in self.talks():
            while waiting and waiting[0][0] <= talk.began_at:
                yield self._message(picking, *heapq.heappop(waiting))
            step = (talk.active_at - talk.began_at) / (talk.messages - 1)
            for at in range(talk.messages - 1):
                heapq.heappush(waiting, (talk.began_at + step * at, talk.number, at + 1))
            heapq.heappush(waiting, (talk.active_at, talk.number, talk.messages))
        while waiting:
            yield self._message(picking, *heapq.heappop(waiting))

    def _message(self, picking: random.Random, at: datetime, conversation: int, seq: int) -> Said:
        if seq % 2:
            words = picking.choices(self.words, cum_weights=self._weights, k=picking.randint(2, 16))
            return Said(conversation, seq, "customer", " ".join(words).capitalize(), at)
        text = picking.choice(_SAID).format(
            plan=picking.choice(PLANS), day=f"{at:%d.%m.%Y}", number=f"{conversation:07d}-{seq}"
        )
        return Said(conversation, seq, "bot", text, at)


def _facets(picking: random.Random) -> Iterator[tuple[Facet, str]]:
    outcomes = [None, *_OUTCOMES]
    outcome = picking.choices(outcomes, [1000 - sum(_OUTCOMES.values()), *_OUTCOMES.values()])[0]
    if outcome is not None:
        yield Facet.OUTCOME, outcome.value
        yield Facet.PLAN, picking.choices(PLANS, (50, 35, 14, 1))[0]
    if outcome is Outcome.CANCELLED and picking.random() < 0.5:
        yield Facet.REASON, picking.choices(REASONS, (40, 25, 15, 10, 7, 3))[0]
    for facet, often in _OFTEN.items():
        if picking.randrange(1000) < often:
            yield facet, YES
    if picking.random() < 0.05:
        weights = [1 / rank for rank in range(1, len(LABELS) + 1)]
        yield Facet.LABEL, picking.choices(LABELS, weights)[0]
    if picking.random() < 0.03:
        yield Facet.ASSIGNEE, picking.choice(STAFF)
