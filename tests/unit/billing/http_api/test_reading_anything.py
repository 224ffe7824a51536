"""Anything that could come back: read as it was meant, or refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.billing.http_api import reading
from bot.billing.http_api.told import OddError, Told, parse
from bot.domain.money import Money
from bot.domain.periods import Interval, Period
from bot.domain.subscriptions import EndRule, Plan, Status, Subscription
from tests.fixtures.billing_process import subscription_json
from tests.unit.billing.http_api.scripted import WHOLE, with_at

REFS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=40)
MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2998, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD", "CLF", "XTS"])


def amounts(currency: str) -> st.SearchStrategy[Money]:
    """Any that can be charged."""
    return st.integers(0, 10**15).map(lambda minor: Money(minor, currency))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Any plan that can be sold."""
    intervals = st.sampled_from(["day", "week", "month", "year", "3 months", "2 weeks", "10 years"])
    return Plan(
        ref=draw(REFS),
        name=draw(REFS),
        price=draw(CURRENCIES.flatmap(amounts)),
        interval=Interval(draw(intervals)),
        end_rule=draw(st.sampled_from(EndRule)),
        refund_unused=draw(st.booleans()),
    )


@st.composite
def subscriptions(draw: st.DrawFn) -> Subscription:
    """Any subscription that does not contradict itself."""
    status, start, plan = draw(st.sampled_from(Status)), draw(MOMENTS), draw(plans())
    ending = status in {Status.CANCELLING, Status.ENDED}
    befores = [None, Status.TRIAL, Status.ACTIVE, Status.PAUSED] if ending else [None]
    return Subscription(
        ref=draw(REFS),
        customer_ref="ada",
        plan=plan,
        status=status,
        anchor=draw(MOMENTS),
        period=Period(start, start + draw(st.timedeltas(timedelta(microseconds=1), timedelta(days=360)))),
        ends_at=draw(MOMENTS) if ending else None,
        withdrawal_until=draw(st.none() | MOMENTS),
        trial_until=draw(MOMENTS if status is Status.TRIAL else st.none() | MOMENTS),
        status_before=draw(st.sampled_from(befores)),
        paused_until=draw(st.none() | MOMENTS),
        paid=draw(st.none() | amounts(plan.price.currency)),
        paused_at=draw(st.none() | MOMENTS),
    )


@given(held=st.lists(subscriptions(), max_size=4, unique_by=lambda item: item.ref))
def test_what_is_told_as_documented_is_read_as_it_was_meant(held: list[Subscription]) -> None:
    """Every field, in whatever order; what is not documented is left alone."""
    told = {"subscriptions": [{**subscription_json(item), "own": {"a": [1]}} for item in held], "more": 1}
    read = reading.subscriptions(parse(json.dumps(told).encode()), "ada")
    assert list(read) == sorted(held, key=lambda item: (item.anchor, item.ref))


def places(told: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in some JSON."""
    yield path
    inner = told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ()
    for name, value in inner:
        yield from places(value, (*path, name))


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["", "EUR", "eur", "active", "2026-03-31", "2026-03-31T00:00:00", "month", 0, -1, 1e3]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200)
@given(data=st.data())
def test_anything_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    """Never half read, and nothing is raised but that it is odd, with the place and without the value."""
    whole = {"subscriptions": [WHOLE, {**WHOLE, "id": "s_2"}]}
    path = data.draw(st.sampled_from(list(places(whole))))
    told = with_at(whole, path, data.draw(_JSON))
    try:
        read, fault = reading.subscriptions(parse(json.dumps(told).encode()), "ada"), ""
    except OddError as odd:
        read, fault = [], str(odd)
    assert fault.isascii()
    assert len(fault) < 200
    for item in read:
        assert item.customer_ref == "ada"
        assert item.plan.price.minor >= 0
        assert item.period.start < item.period.end
        assert (item.ends_at is not None) == (item.status in {Status.CANCELLING, Status.ENDED})
        json.dumps([item.ref, item.plan.name]).encode()
        item.plan.name.encode()
        item.ref.encode()


@given(
    body=st.binary(max_size=60)
    | st.text(max_size=60).map(str.encode)
    | _JSON.map(lambda v: json.dumps(v).encode())
)
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    """What is no JSON, and what JSON knows that we do not take: NaN, Infinity, a list."""
    reads: list[Callable[[Told], object]]
    reads = [reading.plans, reading.customers, lambda told: reading.changed(told, "s_1")]
    for read in reads:
        try:
            read(parse(body))
        except OddError:
            continue


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"plans":' + b"9" * 5000 + b"}",
        b"NaN",
        b'{"plans":NaN}',
        b"\xff\xfe",
    ],
    ids=["lists", "objects", "digits", "nan", "nan inside", "no text"],
)
def test_what_is_meant_to_break_a_reader_does_not(body: bytes) -> None:
    """Depth, length, and words that are no JSON."""
    with pytest.raises(OddError):
        parse(body)["plans"].items(10)
