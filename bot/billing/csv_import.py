"""Reads customers and their subscriptions from a CSV file: all of it, or nothing and where the fault is.

The file is UTF-8 (a byte order mark is fine) with commas and a header. A row is a subscription with its
customer, or a customer without one. Customers and plans may come up in several rows, and must read the same
in each.

| column | what it takes |
|---|---|
| `customer`, `name`, `email` | the customer's reference, name and address; always needed |
| `locale` | `en`, `de`, `pt-BR` …; without it `en` |
| `phone` | a number you have verified, with its country code; may be left empty |
| `country` | where they live, two letters of ISO 3166-1: `DE`; may be left empty |
| `subscription` | its reference; without it the columns below must be empty |
| `plan`, `price`, `currency`, `started` | needed with a subscription: a reference, `12.00`, `EUR`, a time |
| `plan_name` | what customers call the plan; without it `plan` |
| `interval` | `day`, `week`, `month`, `year`, or several: `3 months`; without it `month` |
| `ends` | when the plan ends once cancelled: `period_end` or `at_once`; without it `period_end` |
| `refund_unused` | `yes` or `no`: whether a plan that ends at once pays the rest back; without it `no` |
| `status` | `trial`, `active`, `paused`, `cancelling` or `ended`; without it `active` |
| `ends_at` | a time; needed when cancelling or ended, else empty |
| `trial_until`, `withdrawal_until` | times; the first is needed in a trial |

A time is a date (midnight in the company's time zone) or a date with time and offset,
`2026-03-31T12:00:00+02:00`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.billing.csv_fields import (
    COLUMNS,
    REQUIRED,
    Fields,
    RowFaultError,
    read_customer,
    read_plan,
    read_subscription,
)
from bot.billing.data import BookData
from bot.domain.customers import Customer
from bot.domain.errors import ImportFaultError
from bot.domain.subscriptions import Plan, Subscription

_Item = TypeVar("_Item", Customer, Plan)


def parse(path: Path, zone: ZoneInfo) -> BookData:
    """The file's customers, plans and subscriptions.

    Raises `ImportFaultError`, with line and column, at the first thing that is wrong with it, and `OSError`
    when it can't be read.
    """
    reading = _Reading(zone)
    for line, fields in _rows(path):
        try:
            reading.take(fields)
        except RowFaultError as fault:
            raise ImportFaultError(str(path), line, fault.column, fault.problem) from fault
    return BookData(
        customers=tuple(reading.customers.values()),
        plans=tuple(reading.plans.values()),
        subscriptions=tuple(reading.subscriptions.values()),
    )


class _Reading:
    """What has been read so far."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._alone: set[str] = set()
        self._emails: dict[str, str] = {}
        self.customers: dict[str, Customer] = {}
        self.plans: dict[str, Plan] = {}
        self.subscriptions: dict[str, Subscription] = {}

    def take(self, fields: Fields) -> None:
        customer = read_customer(fields)
        known = customer.ref in self.customers
        _agree(self.customers, customer, "customer")
        if self._emails.setdefault(customer.email, customer.ref) != customer.ref:
            raise RowFaultError("email", "another customer has this address")
        plan = read_plan(fields)
        if customer.ref in self._alone or (known and plan is None):
            raise RowFaultError("customer", "comes up twice, once without a subscription")
        if plan is None:
            self._alone.add(customer.ref)
            return
        _agree(self.plans, plan, "plan")
        subscription = read_subscription(fields, customer, plan, self._zone)
        if subscription.ref in self.subscriptions:
            raise RowFaultError("subscription", "comes up twice")
        self.subscriptions[subscription.ref] = subscription


def _agree(seen: dict[str, _Item], item: _Item, column: str) -> None:
    if seen.setdefault(item.ref, item) != item:
        raise RowFaultError(column, "comes up twice, with different facts")


def _rows(path: Path) -> Iterator[tuple[int, Fields]]:
    """Each row with the number of the line it begins on. Blank lines are passed over."""
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    header: list[str] | None = None
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as fault:
            raise ImportFaultError(str(path), line, "?", f"not a row of CSV: {fault}") from fault
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = _header(path, line, cells)
            continue
        if len(cells) != len(header):
            column = header[len(cells)] if len(cells) < len(header) else "?"
            problem = f"{len(cells)} fields, and the header has {len(header)}"
            raise ImportFaultError(str(path), line, column, problem)
        yield line, Fields(dict(zip(header, (cell.strip() for cell in cells), strict=True)))
    if header is None:
        raise ImportFaultError(str(path), 1, "customer", "the file is empty")


def _header(path: Path, line: int, cells: list[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    for name in names:
        if name not in COLUMNS:
            raise ImportFaultError(str(path), line, name, f"not a column; there are {', '.join(COLUMNS)}")
        if names.count(name) > 1:
            raise ImportFaultError(str(path), line, name, "comes up twice")
    for name in REQUIRED:
        if name not in names:
            raise ImportFaultError(str(path), line, name, "is missing")
    return names


def _text(path: Path) -> str:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        raise ImportFaultError(str(path), line, "?", "not UTF-8") from fault
