"""Tables, reasons and receipts in plain words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.crypto.receipt_verification import VerifiedReceipt
from bot.domain.exit_interview import ExitAnswer, Reason
from cli.reasons import NO_REASON, counted
from cli.receipts import stated
from cli.table import table

AT = datetime(2026, 11, 22, tzinfo=UTC)
CLAIMS: dict[str, object] = {
    "number": "R-4F7K-9M2Q",
    "kind": "cancel",
    "plan": "Pro",
    "iss": "Lantern Notes",
    "received_at": "2026-11-22T13:02:00Z",
    "carried_out_at": "2026-11-22T13:02:01Z",
    "effective_at": "2026-11-30T23:00:00Z",
    "charged": {"currency": "EUR", "minor": 0},
    "refunded": {"currency": "JPY", "minor": 1200},
}


def test_columns_are_aligned() -> None:
    """Text flush left, numbers flush right, nothing trailing."""
    assert table(("a", "count"), [("long one", "1"), ("b", "22")], right=frozenset({1})) == (
        "a         count\nlong one      1\nb            22"
    )


def test_reasons_are_counted_per_answer() -> None:
    """An answer counts once for each reason in it, and one without any is counted as such."""
    given = [_answer(Reason.UNUSED, Reason.TOO_EXPENSIVE), _answer(Reason.UNUSED), _answer()]
    assert counted(given) == [("unused", 2), (NO_REASON, 1), ("too_expensive", 1)]
    assert counted([]) == []


def _answer(*reasons: Reason) -> ExitAnswer:
    return ExitAnswer("a", "q", "d", "words", reasons, AT)


@pytest.mark.parametrize(
    ("personal", "customer", "said"),
    [
        ({"customer": "c-1", "customer_name": "Nora", "words": "bye"}, "Nora (c-1)", "“bye”"),
        ({"customer_name": "Nora"}, "Nora (erased)", "(erased)"),
        ({}, "(erased)", "(erased)"),
    ],
)
def test_a_receipt_in_plain_words(personal: dict[str, str], customer: str, said: str) -> None:
    """Everything it states, amounts in their own currency's digits, what was erased as erased."""
    told = "\n".join(stated(VerifiedReceipt(CLAIMS, personal, "kid-1")))
    for fact in ("the cancellation of the Pro plan", "2026-11-30 23:00:00 UTC", "nothing", "¥1,200", "kid-1"):
        assert fact in told
    assert f"Customer      {customer}\n" in told
    assert f"Said          {said}\n" in told
