"""`python -m bench.console`: what a list and a search of the console cost, with a million messages.

On SQLite always; on PostgreSQL where there is a server (`FAIRWELL_TEST_POSTGRES_URL`). The database is made
for it and removed afterwards.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import OperationalError

from bench.console_data import STAFF, Company
from bench.console_fill import fill
from bench.console_questions import questions
from bench.figures import percentile, shown, table
from bot.domain.finding import Cursor, Filter
from bot.services.finding import PAGE
from bot.store.engine import open_engine
from bot.store.migrations import migrate
from bot.store.types import Sealer
from bot.store.unit_of_work import SqlStore

_POSTGRES = os.environ.get("FAIRWELL_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
#: How many pages deep the deep ones are.
_DEEP = 40


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much there is, and how often each kind of question is asked."""

    conversations: int = 100_000
    asked: int = 60


@dataclass(frozen=True, slots=True)
class Found:
    """What was measured on one database: milliseconds by kind of question; megabytes before and after."""

    database: str
    messages: int
    times: Mapping[str, Sequence[float]]
    memory: tuple[float, float]


class _Plain:
    """Nothing that is sealed is read here."""

    def seal(self, text: str) -> str:
        return text

    def open(self, sealed: str) -> str:
        return sealed


def measure(amounts: Amounts, folder: Path, say: Callable[[str], None]) -> list[Found]:
    """On both databases, or on SQLite alone where there is no PostgreSQL."""
    company = Company(amounts.conversations)
    found = []
    for name, opened in (("SQLite", _sqlite), ("PostgreSQL", _postgres)):
        try:
            with opened(folder) as engine:
                say(f"{amounts.conversations} conversations on {name}")
                fill(engine, company)
                say(f"finding them on {name}")
                found.append(_asked(name, engine, company, amounts.asked))
        except OperationalError:
            if name == "SQLite":
                raise
            say(f"no {name} here: not measured")
    return found


def _asked(name: str, engine: Engine, company: Company, count: int) -> Found:
    store = SqlStore(engine, _sealer())
    kinds = questions(company, count)
    for wanted in (kind[0] for kind in kinds.values()):
        _page(store, wanted)
    before = _resident()
    times = {kind: [_page(store, wanted)[0] for wanted in asked] for kind, asked in kinds.items()}
    times["list, deep pages"] = _deep(store, Filter(), count)
    times["search, deep pages"] = _deep(store, Filter(words="cancelled"), count)
    with engine.connect() as connection:
        messages = connection.execute(text("SELECT count(*) FROM messages")).scalar_one()
    return Found(name, messages, times, (before, _resident()))


def _sealer() -> Sealer:
    return _Plain()


def _page(store: SqlStore, wanted: Filter, cursor: Cursor | None = None) -> tuple[float, Cursor | None]:
    began = time.perf_counter()
    with store.reading() as work:
        page = work.finding.find(wanted, STAFF[0], cursor, PAGE)
    return (time.perf_counter() - began) * 1000, page.cursor


def _deep(store: SqlStore, wanted: Filter, count: int) -> list[float]:
    """The last of many pages, each reached through the ones before."""
    times: list[float] = []
    cursor: Cursor | None = None
    for _ in range(_DEEP + count):
        took, cursor = _page(store, wanted, cursor)
        times.append(took)
        if cursor is None:
            break
    return times[-count:]


def _resident() -> float:
    """Megabytes of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def _sqlite(folder: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{folder}/console.db")
    migrate(engine)
    yield engine
    engine.dispose()


@contextmanager
def _postgres(_folder: Path) -> Iterator[Engine]:
    name = f"fairwell_bench_{uuid.uuid4().hex}"
    admin = open_engine(_POSTGRES)
    _outside(admin, f'CREATE DATABASE "{name}"')
    try:
        engine = open_engine(make_url(_POSTGRES).set(database=name).render_as_string(hide_password=False))
        migrate(engine)
        yield engine
        engine.dispose()
    finally:
        _outside(admin, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin.dispose()


def _outside(engine: Engine, statement: str) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))


def tables(found: Sequence[Found]) -> str:
    """As Markdown: every kind of question on each database."""
    head = ["", *(f"{each.database} {what}" for each in found for what in ("p50", "p95"))]
    rows = [
        [kind, *(shown(percentile(each.times[kind], at)) for each in found for at in (50, 95))]
        for kind in found[0].times
    ]
    whole = [[value for times in each.times.values() for value in times] for each in found]
    rows.append(["all of them", *(shown(percentile(times, at)) for times in whole for at in (50, 95))])
    memory = ", ".join(f"{each.memory[0]:.0f} → {each.memory[1]:.0f} ({each.database})" for each in found)
    asked = sum(len(times) for times in found[0].times.values())
    return (
        f"{table(head, rows)}\n\n{found[0].messages:,} messages; {asked} pages asked for on each."
        f" The process's memory before and after, MB: {memory}."
    )


def main() -> int:
    """Prints the table. Exit code 0: measured."""
    parser = argparse.ArgumentParser(prog="python -m bench.console", description="Measure finding.")
    parser.add_argument("--conversations", type=int, default=Amounts().conversations)
    parser.add_argument("--asked", type=int, default=Amounts().asked)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fairwell-bench-") as folder:
        amounts = Amounts(options.conversations, options.asked)
        found = measure(amounts, Path(folder), lambda what: print(what, "…", flush=True))
    print(f"\n{tables(found)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
