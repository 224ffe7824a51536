"""Plans, customers and subscriptions in an SQLite file: what your own system has already.

What matters is `change`: it acts once for each key, for ever.
"""

import json
import os
import sqlite3
import uuid
from calendar import monthrange
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]

FILE = os.environ.get("BILLING_FILE", "billing.db")
ZONE = ZoneInfo("Europe/Berlin")  # where your billing periods begin and end
SCHEMA = """
CREATE TABLE IF NOT EXISTS plans (id TEXT PRIMARY KEY, told TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS customers (id TEXT PRIMARY KEY, told TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS subscriptions (id TEXT PRIMARY KEY, told TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS effects (key TEXT PRIMARY KEY, call TEXT, subscription TEXT, at TEXT, refund TEXT);
CREATE TABLE IF NOT EXISTS reasons (subscription TEXT PRIMARY KEY, feedback TEXT, comment TEXT);
CREATE TABLE IF NOT EXISTS news (id TEXT PRIMARY KEY, customer TEXT);
"""


class Refused(Exception):  # noqa: N818 - it is an answer
    """What is answered instead of what was asked for: a status, and a code for it."""

    def __init__(self, status: int, code: str) -> None:
        self.status, self.code = status, code


def now() -> datetime:
    """The time."""
    return datetime.now(UTC)


def prepare() -> None:
    """Makes the file, where it is missing."""
    with closing(sqlite3.connect(FILE)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.executescript(SCHEMA)


def fill() -> None:
    """Puts in two customers to try it with, unless there is somebody."""
    prepare()
    with transaction() as db:
        if listed(db, "customers"):
            return
        price = {"minor": 1200, "currency": "EUR"}
        put(db, "plans", {"id": "pro", "name": "Pro", "price": price, "interval": "month"})
        for number, name in enumerate(("Ada", "Grace"), start=1):
            email = f"{name.lower()}@example.com"
            put(db, "customers", {"id": f"c-{number}", "name": name, "email": email, "locale": "en"})
            started = (now() - timedelta(days=40)).isoformat()
            held = {"id": f"s-{number}", "customer": f"c-{number}", "plan": "pro", "status": "active"}
            put(db, "subscriptions", {**held, "started": started})


@contextmanager
def transaction() -> Iterator[sqlite3.Connection]:
    """All or nothing, one at a time: of two requests with one key, the second finds what the first did."""
    with closing(sqlite3.connect(FILE, timeout=30, isolation_level=None)) as db, db:
        db.execute("PRAGMA synchronous=FULL")  # what was answered is on the disk, also when the power goes
        db.execute("BEGIN IMMEDIATE")
        yield db


def put(db: sqlite3.Connection, table: str, told: Json) -> None:
    """Keeps a plan, a customer or a subscription."""
    statement = f"INSERT OR REPLACE INTO {table} (id, told) VALUES (?, ?)"  # noqa: S608 - one of our tables
    db.execute(statement, (told["id"], json.dumps(told)))


def listed(db: sqlite3.Connection, table: str) -> list[Json]:
    """All plans, customers or subscriptions."""
    rows = db.execute(f"SELECT told FROM {table} ORDER BY id")  # noqa: S608 - one of our tables
    return [json.loads(row[0]) for row in rows]


# --- what Fairwell asks for ---------------------------------------------------------------------------------


def cancel(held: Json, asked: Json) -> None:
    """Ends when it is told to: now, or at a time that need not be the end of a period.

    What is cancelled already, and still runs, can be ended now all the same: somebody withdraws.
    """
    if asked["immediately"] and held["status"] == "cancelling":
        held.update(status="ended", ends_at=asked["at"])
        return
    _must_be(held, "trial", "active", "paused")
    status = "ended" if asked["immediately"] else "cancelling"
    held.update(status=status, status_before=held["status"], ends_at=asked["at"])


def resume(held: Json, _: Json) -> None:
    """Goes on as if it had never been cancelled."""
    _must_be(held, "cancelling")
    held.update(status=held["status_before"] or "active", status_before=None, ends_at=None)


def pause(held: Json, asked: Json) -> None:
    """Is not charged for until then; without a time, until it is unpaused."""
    _must_be(held, "active")
    held.update(status="paused", paused_at=now().isoformat(), paused_until=asked["until"])


def unpause(held: Json, _: Json) -> None:
    """Is charged for again."""
    _must_be(held, "paused")
    held.update(status="active", paused_at=None, paused_until=None)


CHANGES = {"cancel": cancel, "resume": resume, "pause": pause, "unpause": unpause}


def change(db: sqlite3.Connection, asked: Json) -> Json:
    """Acts once for each key: the change and its key are kept together, or neither is.

    A key that has acted changes nothing more, whatever else the call says; it tells what now holds.
    """
    held = _find(db, asked["subscription"])
    if not acted(db, asked)["acted"]:
        CHANGES[asked["call"]](held, asked)
        # Here paying back is a note; yours asks your payment service for it, with the same key.
        refund = json.dumps(asked["refund"]) if asked.get("refund", {}).get("minor") else None
        effect = (asked["key"], asked["call"], held["id"], now().isoformat(), refund)
        db.execute("INSERT INTO effects VALUES (?, ?, ?, ?, ?)", effect)
        put(db, "subscriptions", held)
    return {"subscription": _shown(db, held)}


def acted(db: sqlite3.Connection, asked: Json) -> Json:
    """Whether a key has acted."""
    return {"acted": bool(db.execute("SELECT 1 FROM effects WHERE key = ?", (asked["key"],)).fetchone())}


def subscriptions(db: sqlite3.Connection, asked: Json) -> Json:
    """All of a customer's, ended ones too; none for a customer nobody knows."""
    held = [item for item in listed(db, "subscriptions") if item["customer"] == asked["customer"]]
    return {"subscriptions": [_shown(db, item) for item in held]}


def plans(db: sqlite3.Connection, _: Json) -> Json:
    """Every plan that is on sale."""
    return {"plans": listed(db, "plans")}


def reason(db: sqlite3.Connection, asked: Json) -> Json:
    """Why it was cancelled, for your staff to see."""
    said = (_find(db, asked["subscription"])["id"], asked["feedback"], asked["comment"])
    db.execute("INSERT OR REPLACE INTO reasons VALUES (?, ?, ?)", said)
    return {}


def customers(db: sqlite3.Connection, asked: Json) -> Json:
    """A page of all customers: those after the one that `next` named."""
    after = [item for item in listed(db, "customers") if item["id"] > (asked["after"] or "")]
    return {"customers": after[:100], "next": after[99]["id"] if len(after) > 100 else None}


CALLS: dict[str, Callable[[sqlite3.Connection, Json], Json]] = {
    **dict.fromkeys(CHANGES, change),
    **{call.__name__: call for call in (acted, subscriptions, plans, reason, customers)},
}


# --- what your own staff do ---------------------------------------------------------------------------------


def cancelled_by_staff(subscription: str) -> None:
    """Ends one with its period. Fairwell is told of any change that is not one of its own calls."""
    with transaction() as db:
        held = _find(db, subscription)
        cancel(held, {"immediately": False, "at": _shown(db, held)["period"]["end"]})
        put(db, "subscriptions", held)
        # In the same transaction: what is to be told is kept with the change, or neither is.
        db.execute("INSERT INTO news VALUES (?, ?)", (f"evt_{uuid.uuid4().hex}", held["customer"]))


# --- how a subscription stands ------------------------------------------------------------------------------


def _find(db: sqlite3.Connection, subscription: str) -> Json:
    row = db.execute("SELECT told FROM subscriptions WHERE id = ?", (subscription,)).fetchone()
    if row is None:
        raise Refused(404, "not_found")
    return _as_of_now(json.loads(row[0]))


def _shown(db: sqlite3.Connection, held: Json) -> Json:
    """As Fairwell reads it: with the whole plan, and the period that is running."""
    plan = next(plan for plan in listed(db, "plans") if plan["id"] == held["plan"])
    return {**_as_of_now(held), "plan": plan, "period": _period(held, plan["interval"])}


def _as_of_now(held: Json) -> Json:
    """Time alone ends trials, pauses and cancelled subscriptions; nobody has to run a job for it."""

    def over(field: str) -> bool:
        return bool(held.get(field)) and datetime.fromisoformat(held[field]) <= now()

    if held["status"] == "cancelling" and over("ends_at"):
        held["status"] = "ended"
    if held["status"] == "paused" and over("paused_until"):
        held.update(status="active", paused_at=None, paused_until=None)
    if held["status"] == "trial" and over("trial_until"):
        held["status"] = "active"
    return held


def _period(held: Json, interval: str) -> Json:
    """Counted from when it started, on your clock; the last day of a month where there is no such day."""
    count, _, unit = interval.rpartition(" ")
    started = datetime.fromisoformat(held["started"]).astimezone(ZONE)
    ended = held["status"] == "ended"
    at = datetime.fromisoformat(held["ends_at"]) - timedelta.resolution if ended else now()

    def begins(number: int) -> datetime:
        steps = number * int(count or 1)
        if unit.startswith(("day", "week")):
            return started + timedelta(days=steps * (7 if unit.startswith("week") else 1))
        year, month = divmod(started.month - 1 + steps * (12 if unit.startswith("year") else 1), 12)
        year, month = started.year + year, month + 1
        return started.replace(year=year, month=month, day=min(started.day, monthrange(year, month)[1]))

    number = 0
    while begins(number + 1) <= at:
        number += 1
    return {"start": begins(number).isoformat(), "end": begins(number + 1).isoformat()}


def _must_be(held: Json, *statuses: str) -> None:
    if held["status"] not in statuses:
        raise Refused(409, "conflict")
