from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.deliveries import DeliveryState
from bot.domain.money import Money
from bot.domain.webhooks import (
    MAX_TRIES,
    Attempt,
    Endpoint,
    EndpointInvalidError,
    Event,
    EventType,
    Secret,
    WebhookDelivery,
    amount,
    checked_url,
    timestamp,
    wait_after,
)

NOW = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def endpoint(*secrets: Secret, events: tuple[EventType, ...] = ()) -> Endpoint:
    """Somewhere."""
    return Endpoint("W-1", "https://example.com/hooks", secrets or (Secret("whsec_b25l"),), NOW, events)


def event(**fields: str) -> Event:
    """Something that happened."""
    return Event("e_1", EventType.ANSWERED, "key", NOW, '{"answer": "a_1"}', **fields)


def test_what_is_sent_is_the_same_each_time() -> None:
    """The same bytes in every try, since they are what is signed; one line, ASCII."""
    said = event(words="zu teuer für mich")
    body = said.body(words=True)
    assert body == said.body(words=True)
    assert body.isascii()
    assert "\n" not in body
    assert json.loads(body) == {
        "type": "exit_answer.given",
        "version": 1,
        "timestamp": "2026-03-10T09:30:00.000Z",
        "data": {"answer": "a_1", "words": "zu teuer für mich"},
    }


def test_what_customers_said_goes_only_where_it_is_wanted() -> None:
    """Elsewhere there is no such field, nor where nothing was said."""
    assert "words" not in json.loads(event(words="too expensive").body(words=False))["data"]
    assert "words" not in json.loads(event().body(words=True))["data"]


@given(st.datetimes(timezones=st.just(UTC)), st.integers(-12, 14))
def test_times_are_utc(at: datetime, hours: int) -> None:
    """From whatever zone, to the millisecond."""
    try:
        elsewhere = at.astimezone(timezone(timedelta(hours=hours)))
    except OverflowError:
        return
    shown = timestamp(elsewhere)
    assert shown.endswith("Z")
    assert timedelta(0) <= at - datetime.fromisoformat(shown) < timedelta(milliseconds=1)


def test_amounts_are_in_minor_units() -> None:
    """As they are kept; nobody divides."""
    assert amount(Money(1999, "KWD")) == {"currency": "KWD", "minor": 1999}


def test_an_endpoint_is_told_what_it_wants() -> None:
    """All, or those it names; a test always reaches it."""
    assert all(endpoint().wants(kind) for kind in EventType)
    picky = endpoint(events=(EventType.UNDONE,))
    assert [kind for kind in EventType if picky.wants(kind)] == [EventType.UNDONE, EventType.TEST]


def test_a_new_secret_signs_beside_the_one_before() -> None:
    """The new one first; the old one until its time is over, and never longer by another rotation."""
    once = endpoint().rotated("whsec_dHdv", NOW, NOW + 24 * HOUR)
    twice = once.rotated("whsec_dGhyZWU=", NOW + HOUR, NOW + 48 * HOUR)
    assert twice.signing(NOW + HOUR) == ("whsec_dGhyZWU=", "whsec_dHdv", "whsec_b25l")
    assert twice.signing(NOW + 24 * HOUR) == ("whsec_dGhyZWU=", "whsec_dHdv")
    assert twice.signing(NOW + 48 * HOUR) == ("whsec_dGhyZWU=",)


def test_a_secret_that_is_known_to_others_ends_at_once() -> None:
    """With no overlap nothing is signed with it any more, and it is kept no longer."""
    changed = endpoint().rotated("whsec_dHdv", NOW, NOW)
    assert changed.secrets == (Secret("whsec_dHdv"),)


def test_secrets_are_in_no_message() -> None:
    """Neither they nor the address, which may hold a token."""
    assert "whsec" not in repr(endpoint())
    assert "example.com" not in repr(endpoint())
    assert "expensive" not in repr(event(words="too expensive"))


def test_tries_go_on_for_about_three_days() -> None:
    """As Standard Webhooks suggests: soon at first, then ever more rarely; then it is dead."""
    sent, at = WebhookDelivery("e_1", "W-1", NOW), NOW
    waits = []
    while sent.state is DeliveryState.WAITING:
        sent = sent.failed(Attempt(at, 500, "status 500"), chance=0.5)
        waits.append(sent.run_at - at)
        at = sent.run_at
    assert (len(sent.attempts), sent.tries, sent.fault) == (MAX_TRIES, MAX_TRIES, "status 500")
    assert waits[0] == timedelta(seconds=5)
    assert waits == [*sorted(waits[:-1]), timedelta(0)]
    assert timedelta(days=3) < at - NOW < timedelta(days=3.5)


@given(st.integers(1, MAX_TRIES - 1), st.floats(0, 1))
def test_what_failed_together_does_not_come_back_together(tries: int, chance: float) -> None:
    """Each wait is spread by a tenth, and longer than the one before it."""
    planned = wait_after(tries, 0.5)
    assert abs(wait_after(tries, chance) - planned) <= planned / 10 + timedelta(microseconds=1)
    assert tries == 1 or wait_after(tries, chance) > wait_after(tries - 1, chance)


def test_who_asks_to_wait_is_left_alone() -> None:
    """For as long as they ask, up to a day; never shorter than planned."""
    assert wait_after(1, 0.5, HOUR) == HOUR
    assert wait_after(4, 0.5, timedelta(seconds=1)) == 2 * HOUR
    assert wait_after(1, 0.5, timedelta(days=365)) == timedelta(days=1)


def test_an_arrival_is_remembered() -> None:
    """With the tries before it; of a long history the newest."""
    sent = WebhookDelivery("e_1", "W-1", NOW)
    for number in range(30):
        sent = sent.failed(Attempt(NOW, 500, f"try {number}"), chance=0)
    sent = sent.arrived(NOW + HOUR, 204)
    assert (sent.state, sent.fault, sent.id) == (DeliveryState.SENT, None, "e_1:W-1")
    assert sent.attempts[-1] == Attempt(NOW + HOUR, 204)
    assert len(sent.attempts) == 20


def test_gone_is_for_good() -> None:
    """Whatever the try."""
    left = WebhookDelivery("e_1", "W-1", NOW).failed(Attempt(NOW, 410, "status 410"), 0, for_good=True)
    assert left.state is DeliveryState.DEAD


@pytest.mark.parametrize(
    "url",
    ["https://example.com", "https://example.com:8443/a?b=c", "http://[::1]:8/", "https://xn--bcher-kva.de/"],
)
def test_what_can_be_an_endpoint(url: str) -> None:
    """A plain address, with a query where there has to be one."""
    assert checked_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "example.com/hooks",
        "ftp://example.com",
        "file:///etc/passwd",
        "https://",
        "https:///hooks",
        "https://user:secret@example.com",
        "https://example.com@10.0.0.1/",
        "https://example.com/#part",
        "https://example.com:0",
        "https://example.com:99999",
        "https://exämple.com",
        "https://example.com/a b",
        "https://example.com\\@10.0.0.1/",
        "https://example.com/\r\nX-Header: a",
        "https://[::1",
        "https://example.com/" + "a" * 2000,
        "",
    ],
)
def test_what_can_not_be_one(url: str) -> None:
    """Said in words of ours that repeat nothing of it."""
    with pytest.raises(EndpointInvalidError) as fault:
        checked_url(url)
    assert "secret" not in str(fault.value)
