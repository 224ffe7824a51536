"""`python -m bench`: measures both, prints the tables and writes them to docs/benchmarks.md."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from bench import console, machine, ours, report, stock_rasa
from bench.measure import Amounts, Result, compare
from bench.processes import ROOT, BenchError

_PAGE = ROOT / "docs" / "benchmarks.md"
#: A hundredth of the work, to see that everything is in place.
_QUICK = Amounts(conversations=2, cancel_messages=8, small_talks=8, growth=10, parses=5)
_QUICK_FINDING = console.Amounts(conversations=500, asked=3)


def main() -> int:
    """Runs the command. Exit codes: 0 measured, 1 could not be measured, 130 interrupted."""
    options = _options()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    began, load = time.monotonic(), machine.load()
    try:
        with tempfile.TemporaryDirectory(prefix="fairwell-bench-") as folder:
            results = _measure(Path(folder), _QUICK if options.quick else Amounts(), options.port)
            amounts = _QUICK_FINDING if options.quick else console.Amounts()
            finding = console.tables(console.measure(amounts, Path(folder), _say))
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bench: interrupted, everything stopped", file=sys.stderr)
        return 130
    print(f"\n{report.tables(results)}\n\n{finding}")
    if options.out and not options.quick:
        when = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
        options.out.write_text(
            report.page(results, finding, when, load, machine.machine(), machine.versions()), encoding="utf-8"
        )
        print(f"\nWritten to {options.out}")
    print(f"\nTook {time.monotonic() - began:.0f} s.")
    return 0


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Has everything that was started ended on the way out; an impatient second Ctrl-C does not stop that."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure Fairwell beside stock Rasa."
    )
    parser.add_argument("--quick", action="store_true", help="a few messages only, and write nothing")
    parser.add_argument("--port", type=int, default=8400, help="look for free ports from here upwards")
    parser.add_argument(
        "--out", type=Path, default=_PAGE, help="the page to write (default: docs/benchmarks.md)"
    )
    return parser.parse_args()


def _measure(folder: Path, amounts: Amounts, port: int) -> list[Result]:
    bot = ours.trained()
    _say("training stock Rasa with its default configuration")
    project = stock_rasa.train(folder)
    _say("starting stock Rasa")
    with stock_rasa.serving(folder, project, port) as stock:
        _say("starting Fairwell")
        with ours.serving(folder, bot, amounts.customers, port + 5) as fairwell:
            return compare([stock, fairwell], amounts, _say)


def _say(what: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {what} …", flush=True)


if __name__ == "__main__":
    sys.exit(main())
