"""The tables of a run, and docs/benchmarks.md with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from pathlib import Path

from bench.figures import percentile, ratio, shown, table
from bench.measure import MARKS, SENDERS, Result
from bench.processes import Resident

_TURNS: Sequence[tuple[str, Callable[[Result], Sequence[float]]]] = (
    ("cancel, first turn", lambda result: result.times.cancel_first),
    ("cancel, tenth turn", lambda result: result.times.cancel_tenth),
    ("small talk, first turn", lambda result: result.times.small_talk_first),
    ("small talk, tenth turn", lambda result: result.times.small_talk_tenth),
)
#: The page, with names in braces for what a run fills in.
_PAGE = Path(__file__).resolve().parent / "page.md"


def tables(results: Sequence[Result]) -> str:
    """All tables as Markdown; `results` are stock's and ours, in this order."""
    stock, ours = results
    parts = [
        ("Time to answer, ms", _turns(stock, ours)),
        (f"{SENDERS} senders at once, messages a second (more is better)", _throughput(stock, ours)),
        ("One long conversation: p50 of a turn, ms", _growth(stock, ours)),
        ("Apart from turns", _others(stock, ours)),
        ("Resident memory, MB", _memory(stock, ours)),
    ]
    return "\n\n".join(f"## {title}\n\n{body}" for title, body in parts)


def page(results: Sequence[Result], finding: str, when: str, load: str, machine: str, versions: str) -> str:
    """The whole of docs/benchmarks.md."""
    return _PAGE.read_text(encoding="utf-8").format(
        when=when,
        load=load,
        machine=machine,
        versions=versions,
        tables=tables(results),
        finding=finding,
        slower=_slower(*results),
        senders=SENDERS,
        count=len(results[0].times.cancel_first),
    )


def _turns(stock: Result, ours: Result) -> str:
    rows = []
    for name, pick in _TURNS:
        times = [pick(stock), pick(ours)]
        figures = [shown(percentile(values, percent)) for values in times for percent in (50, 95, 99)]
        middle = [percentile(values, 50) for values in times]
        rows.append([name, str(len(times[0])), *figures, ratio(middle[1], middle[0])])
    head = [
        "",
        "n",
        *(f"{name} {what}" for name in ("stock", "ours") for what in ("p50", "p95", "p99")),
        "ours/stock p50",
    ]
    return table(head, rows)


def _throughput(stock: Result, ours: Result) -> str:
    pairs = [
        ("cancel", stock.cancels_a_second, ours.cancels_a_second),
        ("small talk", stock.small_talk_a_second, ours.small_talk_a_second),
    ]
    return _pairs(pairs)


def _growth(stock: Result, ours: Result) -> str:
    marks = [mark for mark in MARKS if mark in stock.growth]
    return _pairs(
        [
            (f"after {mark} messages", percentile(stock.growth[mark], 50), percentile(ours.growth[mark], 50))
            for mark in marks
        ]
    )


def _others(stock: Result, ours: Result) -> str:
    rows = [
        ("start to ready, s", _ready(stock), _ready(ours)),
        ("processor time a message (one in ten cancels), ms", stock.processor, ours.processor),
        (
            "the model's understanding alone, p50, ms",
            percentile(stock.parses, 50),
            percentile(ours.parses, 50),
        ),
    ]
    opened = ["opening a verified session, p50, ms", "-", shown(percentile(ours.opening, 50)), "-"]
    return table(_HEAD, [*_cells(rows), opened])


def _memory(stock: Result, ours: Result) -> str:
    rows = [
        (result.name, each.process, shown(each.megabytes))
        for result in (stock, ours)
        for each in _summed(result.resident)
    ]
    whole = [
        (result.name, "all", shown(sum(each.megabytes for each in result.resident)))
        for result in (stock, ours)
    ]
    return table(["", "process", "MB"], sorted([*rows, *whole], key=lambda row: row[0] != stock.name))


def _summed(resident: Iterable[Resident]) -> list[Resident]:
    """A program may be several processes: the action server is a manager and its workers."""
    by_name = groupby(sorted(resident, key=lambda each: each.process), key=lambda each: each.process)
    return [Resident(name, sum(each.megabytes for each in group)) for name, group in by_name]


def _ready(result: Result) -> float:
    """Processes started one after the other here may be started side by side: the longest counts."""
    return max(each.seconds for each in result.started)


def _slower(stock: Result, ours: Result) -> str:
    lines = []
    for name, pick in _TURNS:
        ours_p50, stock_p50 = percentile(pick(ours), 50), percentile(pick(stock), 50)
        if ours_p50 > stock_p50:
            lines.append(f"- {name}: {shown(ours_p50)} ms instead of {shown(stock_p50)} ms (p50)")
    for name, mine, theirs in (
        ("cancelling", ours.cancels_a_second, stock.cancels_a_second),
        ("small talk", ours.small_talk_a_second, stock.small_talk_a_second),
    ):
        if mine < theirs:
            lines.append(
                f"- {name}, {SENDERS} at once: {shown(mine)} messages a second instead of {shown(theirs)}"
            )
    if not lines:
        return "Nowhere in this run, although it does more for each message: see below."
    return "\n".join([*lines, "", "It does more for each message: see below."])


_HEAD = ("", "stock", "ours", "ours/stock")


def _pairs(rows: Iterable[tuple[str, float, float]]) -> str:
    return table(_HEAD, _cells(rows))


def _cells(rows: Iterable[tuple[str, float, float]]) -> list[list[str]]:
    return [[name, shown(stock), shown(ours), ratio(ours, stock)] for name, stock, ours in rows]
