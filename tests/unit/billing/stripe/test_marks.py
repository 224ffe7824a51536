from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.stripe import marks
from bot.billing.stripe.marks import Mark
from bot.domain.money import Money
from tests.fixtures.fakes import START


def _subscription(metadata: dict[str, str], ref: str = "sub_1") -> dict[str, Any]:
    return {"id": ref, "metadata": metadata}


def _mark(kind: str = marks.CANCEL, minutes: int = 0, refund: Money | None = None) -> Mark:
    return Mark(kind, START + timedelta(minutes=minutes), START + timedelta(days=20), refund)


@given(
    st.sampled_from([marks.CANCEL, marks.END, marks.RESUME, marks.PAUSE, marks.UNPAUSE]),
    st.none() | st.builds(Money, st.integers(1, 10**9), st.sampled_from(["EUR", "JPY", "KWD"])),
    st.datetimes(timezones=st.just(START.tzinfo)),
)
def test_a_mark_is_read_as_it_was_written(kind: str, refund: Money | None, at: datetime) -> None:
    """To the microsecond and the minor unit; short enough for Stripe."""
    mark = Mark(kind, at, START, refund)
    written = marks.written(_subscription({}), "fairwell_0_1", mark)
    assert marks.of(_subscription(written)) == {"fairwell_0_1": mark}
    assert len(written["fairwell_0_1"]) <= 500


def test_staff_can_read_it() -> None:
    """Amounts in the unit that they think in."""
    mark = _mark(refund=Money(50, "EUR"))
    expected = "cancel of sub_1, said 2026-03-10T09:30:00Z, for 2026-03-30T09:30:00Z, pays back 0.50 EUR"
    assert mark.dump("sub_1") == expected
    assert _mark(refund=Money(500, "JPY")).dump("sub_1").endswith("pays back 500 JPY")


def test_names_are_short_and_never_the_same_for_two_operations() -> None:
    """By generation where the key has one; else by a digest; another database has others."""
    assert marks.name("sub_1", "sub_1:3", "k3x9") == "fairwell_k3x9_3"
    keys = ["sub_1:3", "sub_2:3", "3", "sub_1:sub_1:3", "sub_1:", "sub_1:.3", f"sub_1:{'9' * 50}"]
    made = {marks.name("sub_1", key, ledger) for key in keys for ledger in ("k3x9", "0")}
    assert len(made) == 2 * len(keys)
    assert all(len(name) <= 40 for name in made)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "cancel",
        "cancel of sub_2, said 2026-03-10T09:30:00Z, for 2026-03-30T09:30:00Z",
        "cancel of sub_1, said yesterday, for tomorrow",
        "cancel of sub_1, said 2026-13-10T09:30:00Z, for 2026-03-30T09:30:00Z",
        "cancel of sub_1, said 2026-03-10T09:30:00, for 2026-03-30T09:30:00",
        " cancel of sub_1, said 2026-03-10T09:30:00Z, for 2026-03-30T09:30:00Z",
        "cancel of sub_1, said 2026-03-10T09:30:00Z, for 2026-03-30T09:30:00Z, pays back 1e9 EUR",
        "cancel of sub_1, said 2026-03-10T09:30:00Z, for 2026-03-30T09:30:00Z, pays back 1.2.3 EUR",
    ],
)
def test_what_is_no_mark_of_this_subscription_is_none(value: str) -> None:
    """Metadata that was copied from another subscription among it, of which nothing was done."""
    assert marks.of(_subscription({"fairwell_0_1": value})) == {}


def test_old_marks_make_room_for_new_ones_and_nothing_else_does() -> None:
    """Metadata holds 50 keys, most of which are the company's."""
    metadata: dict[str, str] = {"theirs": "cancel", "fairwell_theirs": "x"}
    for number in range(30):
        name = marks.name("sub_1", f"sub_1:{number}", "0")
        for key, value in marks.written(_subscription(metadata), name, _mark(minutes=number)).items():
            if value:
                metadata[key] = value
            else:
                del metadata[key]
    assert set(metadata) == {"theirs", "fairwell_theirs", *(f"fairwell_0_{n}" for n in range(18, 30))}


def test_operations_that_do_the_same_are_told_from_others() -> None:
    """Ending at once and with the period are both endings."""
    assert marks.alike(_mark(marks.CANCEL), _mark(marks.END))
    assert marks.alike(_mark(marks.PAUSE), _mark(marks.PAUSE))
    assert not marks.alike(_mark(marks.CANCEL), _mark(marks.RESUME))
