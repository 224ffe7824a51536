"""docs/billing-http.md: every example in it is what is really asked, and what is really understood."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.money import Money
from bot.domain.subscriptions import Status
from bot.ports import BillingNews, CancelAt
from tests.unit.billing.http_api.scripted import HELD, Json, Scripted, answer, scripted, signature

_PAGE = (Path(__file__).parents[4] / "docs" / "billing-http.md").read_text(encoding="utf-8")
_BLOCK = r"```json\n(.*?)```\n"
SHOWN: dict[str, list[Any]] = {
    match[1]: [json.loads(text) for text in re.findall(_BLOCK, match[2], re.DOTALL)]
    for match in re.finditer(rf"^<!-- ([a-z ]+) -->\n((?:{_BLOCK})+)", _PAGE, re.MULTILINE | re.DOTALL)
}


def at(text: str) -> datetime:
    """A time."""
    return datetime.fromisoformat(text)


def described(asked: Json, told: object) -> Scripted:
    """Answers as the page says; what is asked then has to be what the page says."""
    made = Scripted(lambda request: answer(request, told), ledger="x7k2qa")
    provider = made.provider()
    match asked["call"]:
        case "subscriptions":
            assert [item.ref for item in provider.subscriptions("c-1")] == ["s-1"]
        case "plans":
            assert [plan.interval for plan in provider.plans()] == ["3 months"]
        case "cancel":
            terms = CancelAt(at(asked["at"]), asked["immediately"], Money(**asked["refund"]))
            assert provider.cancel("s-1", at=terms, idempotency_key="s-1:1").status is Status.CANCELLING
        case "acted":
            assert provider.acted("s-1", idempotency_key="s-1:1")
        case "reason":
            provider.note_reason("s-1", feedback=asked["feedback"], comment=asked["comment"])
        case "customers":
            assert next(iter(made.billing.customers())).country == "DE"
    made.billing.close()
    return made


def test_every_example_is_looked_at() -> None:
    """No block of JSON stands there without a name."""
    assert set(SHOWN) == {
        "subscriptions", "plans", "cancel", "resume pause unpause", "acted", "reason", "customers", "event",
    }  # fmt: skip
    assert sum(len(blocks) for blocks in SHOWN.values()) == _PAGE.count("```json")


@pytest.mark.parametrize("name", ["subscriptions", "plans", "cancel", "acted", "reason", "customers"])
def test_a_call_is_asked_and_answered_as_it_is_described(name: str) -> None:
    """Field by field."""
    asked, told = SHOWN[name]
    expires = asked.pop("expires")
    made = described(asked, told)
    assert made.told()[0] == asked
    assert at(expires).utcoffset() is not None


def test_the_other_changes_are_asked_as_they_are_described() -> None:
    """They are answered like a cancellation."""
    resume, pause, unpause = SHOWN["resume pause unpause"]
    told = {"subscription": {**HELD["subscription"], "id": "s-1"}}
    made = Scripted(lambda request: answer(request, told), ledger="x7k2qa")
    made.provider().resume("s-1", idempotency_key="s-1:2")
    made.provider().pause("s-1", until=at(pause["until"]), idempotency_key="s-1:3")
    made.provider().unpause("s-1", idempotency_key="s-1:4")
    made.billing.close()
    shown = [{name: call[name] for name in call if name != "expires"} for call in (resume, pause, unpause)]
    assert made.told() == shown


def test_an_event_is_heard_as_it_is_described() -> None:
    """Signed like everything else."""
    (event,) = SHOWN["event"]
    body = json.dumps(event).encode()
    with scripted() as made:
        assert made.billing.hear(signature("evt_1", body), body) == BillingNews("evt_1", ("c-1",))
