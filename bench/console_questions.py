"""What staff ask a list for: each kind of question often enough for a p95 to mean something."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bench.console_data import END, LABELS, REASONS, STAFF, Company
from bot.domain.finding import YES, Facet, Filter, Outcome

#: The channel that most conversations are on; the rarest one.
_COMMON, _RARE = "web", "slack"


def questions(company: Company, count: int) -> Mapping[str, Sequence[Filter]]:
    """By kind, `count` of each."""
    picking = random.Random(company.seed + 3)  # noqa: S311 - figures, not secrets
    return {**_lists(company, count, picking), **_searches(company, count, picking)}


def _some(count: int, *made: Filter) -> Sequence[Filter]:
    return [made[at % len(made)] for at in range(count)]


def _facets() -> Sequence[Mapping[Facet, str]]:
    facets = [
        {Facet.OUTCOME: outcome.value} for outcome in (Outcome.CANCELLED, Outcome.UNDONE, Outcome.WITHDRAWN)
    ]
    facets += [{Facet.REASON: reason} for reason in (REASONS[0], REASONS[-1])]
    facets += [{Facet.PLAN: "Basic"}, {Facet.PLAN: "Day pass"}, {Facet.LABEL: LABELS[0]}]
    facets += [{Facet.ASSIGNEE: STAFF[0]}, {Facet.LOW_CONFIDENCE: YES}, {Facet.HANDED_OVER: YES}]
    return [*facets, {Facet.FLAGGED: YES}, {Facet.MISTAKE: YES}]


def _lists(company: Company, count: int, picking: random.Random) -> Mapping[str, Sequence[Filter]]:
    year_ago = END - timedelta(days=365)
    return {
        "list, everything": _some(count, Filter()),
        "list, a channel or a language": _some(
            count, Filter(channel=_COMMON), Filter(channel=_RARE), Filter(language="de")
        ),
        "list, a facet": _some(count, *(Filter(facets=facet) for facet in _facets())),
        "list, several facets and more": _some(
            count,
            Filter(facets={Facet.OUTCOME: "cancelled", Facet.REASON: REASONS[-1]}, channel=_RARE),
            Filter(facets={Facet.HANDED_OVER: YES, Facet.LOW_CONFIDENCE: YES, Facet.MISTAKE: YES}),
            Filter(facets={Facet.OUTCOME: "undone", Facet.PLAN: "Day pass"}, language="de"),
            Filter(facets={Facet.OUTCOME: "nothing such"}),
        ),
        "list, unread": _some(
            count, Filter(unread_by=STAFF[0]), Filter(unread_by=STAFF[0], facets={Facet.LOW_CONFIDENCE: YES})
        ),
        "list, a date": _some(
            count,
            Filter(since=year_ago, until=year_ago + timedelta(days=1)),
            Filter(since=year_ago, until=year_ago + timedelta(days=30), channel=_RARE),
            Filter(until=END - timedelta(days=700), unread_by=STAFF[0]),
        ),
        "list, a customer": [
            Filter(customer_ref=f"customer{picking.randrange(company.conversations)}") for _ in range(count)
        ],
    }


def _searches(company: Company, count: int, picking: random.Random) -> Mapping[str, Sequence[Filter]]:
    words = company.words

    def word(first: int, last: int) -> str:
        return words[picking.randrange(first, last)]

    return {
        "search, a common word": [Filter(words=word(0, 20)) for _ in range(count)],
        "search, a word of the bot's": _some(
            count, *(Filter(words=said) for said in ("cancelled", "Receipt", "gekündigt", "leave"))
        ),
        "search, a rare word": [Filter(words=word(10_000, 20_000)) for _ in range(count)],
        "search, a word nobody said": [Filter(words=f"xyz{word(0, 20_000)}") for _ in range(count)],
        "search, two words": [Filter(words=f"{word(0, 50)} {word(0, 50)} ") for _ in range(count)],
        "search, a common and a rare word": [
            Filter(words=f"{word(0, 20)} {word(5_000, 20_000)} ") for _ in range(count)
        ],
        "search, the beginning of a word": [
            Filter(words=word(0, 20_000)[: picking.randint(2, 4)]) for _ in range(count)
        ],
        "search, a phrase": [
            Filter(words=said)
            for said in some_words(['"what made you leave"', '"plan is cancelled"', '"One tap"'], count)
        ],
        "search, a receipt": [
            Filter(words=f"R-{picking.randrange(company.conversations):07d}-2") for _ in range(count)
        ],
        "search, with filters": _some(
            count,
            Filter(words=word(0, 20), channel=_RARE, facets={Facet.OUTCOME: "undone"}),
            Filter(words="cancelled", facets={Facet.MISTAKE: YES}, language="de"),
            Filter(words=word(0, 300), unread_by=STAFF[0]),
            Filter(words=word(0, 50), until=END - timedelta(days=600)),
        ),
    }


def some_words(texts: Sequence[str], count: int) -> Sequence[str]:
    """So many of them, again and again."""
    return [texts[at % len(texts)] for at in range(count)]
