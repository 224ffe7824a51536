"""What other systems are told of what customers do: once, of everything, and of nothing that was not done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.conversations import Understanding
from bot.domain.outbox import Job
from bot.domain.periods import Interval
from bot.domain.policies import Pausing, Policies, Rules
from bot.domain.webhooks import EventType
from bot.services import acting, cases, pause, schedules, webhook_endpoints, withdraw
from tests.fixtures import json_schema
from tests.fixtures.fakes import START
from tests.fixtures.memory_store import MemoryUnitOfWork
from tests.fixtures.webhooks import endpoint, events, told
from tests.unit.services.remote import RemoteWorld
from tests.unit.services.script import CANCEL, CODE, PERSON, PRO, REASON, UNDO
from tests.unit.services.staff import case_of, in_charge
from tests.unit.services.world import Chat, World

DAY = timedelta(hours=24)


@pytest.fixture(params=[World, RemoteWorld])
def shop(request: pytest.FixtureRequest) -> World:
    """Ada's plan can pause, Eve's be withdrawn from; billing is in the book, and elsewhere."""
    made: World = request.param()
    made.deps = replace(made.deps, policies=Policies({"*": Rules({"pause": Pausing(Interval("3 months"))})}))
    made.customer("ada", PRO)
    made.customer("eve", PRO, anchor=START - timedelta(days=3), withdrawal_until=START + timedelta(days=11))
    return made


def kinds(world: World) -> list[str]:
    """What was told, in order."""
    return [str(each["type"]) for each in told(world.deps)]


def data(world: World, kind: EventType, *, words: bool = False) -> dict[str, Any]:
    """What the only event of a kind holds."""
    (found,) = [each["data"] for each in told(world.deps, words=words) if each["type"] == kind.value]
    return dict(found)


def explain(chat: Chat, words: str, *reasons: str) -> None:
    """Says why, in words in which `reasons` are understood."""
    inbox_id = chat.accept(words)
    chat.prepare(inbox_id)
    understood = Understanding("give_reason", 0.9, reasons=reasons)
    acting.act(chat.world.deps, chat.id, inbox_id, REASON, understood)
    chat.complete(inbox_id)


def everything(world: World) -> None:
    """A customer does all that is told of, and something is left for staff."""
    chat = world.chat("ada")
    chat.say("I want to cancel. Mail me at ada@example.com", CANCEL)
    explain(chat, "too expensive! my code was 123456", "too_expensive")
    chat.say("undo", UNDO)
    chat.say("pause please", pause.handle)
    chat.say("resume", UNDO)
    eve = world.chat("eve")
    eve.press(eve.say("I withdraw", withdraw.handle).button("withdraw_now"))
    world.chat().say("a person please", PERSON)
    world.clock.advance(hours=25)
    schedules.remind(world.deps, DAY, Job("j", "reminder", "k", {"bucket": "2026-03-11"}, START))


def test_everything_is_told_in_order(shop: World) -> None:
    """Once each, and as its schema says, with nothing besides."""
    endpoint(shop.deps, words=True)
    everything(shop)
    found = told(shop.deps, words=True)
    assert [each["type"] for each in found] == [
        *("cancellation.declared", "cancellation.completed", "exit_answer.given", "cancellation.undone"),
        *("subscription.paused", "subscription.resumed"),
        *("cancellation.declared", "withdrawal.completed", "case.opened", "staff.reminder"),
    ]
    whole = json_schema.schema()
    assert [json_schema.faults(each, whole, whole) for each in found] == [[]] * len(found)


def test_what_was_said_is_told_only_where_it_is_wanted(shop: World) -> None:
    """Without addresses, codes and numbers even there; where nobody wants it, it is not even kept."""
    only_some = endpoint(shop.deps, words=True)
    everything(shop)
    assert data(shop, EventType.ANSWERED, words=True)["words"] == "too expensive! my code was [code]"
    declared = [each["data"] for each in told(shop.deps, words=True) if "declared" in each["type"]]
    assert [each["words"] for each in declared] == ["I want to cancel. Mail me at [email]", "I withdraw"]
    whole = "".join(event.body(words=False) for event in events(shop.deps))
    assert "expensive!" not in whole
    assert "example.com" not in whole

    webhook_endpoints.remove(shop.deps, only_some.id)
    endpoint(shop.deps)
    shop.chat("ada").say("I want to cancel", CANCEL)
    assert [event.words for event in events(shop.deps)] == [None, None]


def test_without_an_endpoint_nothing_is_kept(shop: World) -> None:
    """Nor for one that is disabled, or wants to know other things."""
    everything(shop)
    off = endpoint(shop.deps)
    webhook_endpoints.disable(shop.deps, off.id)
    endpoint(shop.deps, EventType.PAUSED)
    shop.chat("ada").say("cancel", CANCEL)
    assert told(shop.deps) == []


def test_each_endpoint_has_a_delivery_of_its_own(shop: World) -> None:
    """Of what it wants; the event, with its id, is the same."""
    all_of_it, some = endpoint(shop.deps), endpoint(shop.deps, EventType.COMPLETED)
    shop.chat("ada").say("cancel", CANCEL)
    with shop.store.begin() as work:
        rows = [(item.event_id, item.endpoint_id, kind) for item, kind, _ in work.webhooks.listed()]
    declared, completed = (event.id for event in events(shop.deps))
    assert rows == [
        (declared, all_of_it.id, EventType.DECLARED),
        (completed, all_of_it.id, EventType.COMPLETED),
        (completed, some.id, EventType.COMPLETED),
    ]


def test_what_is_told_of_a_cancellation(world: World) -> None:
    """What it was, by the references one knows it by; times, amounts, and the receipt's number."""
    endpoint(world.deps)
    chat = world.chat("ada")
    chat.say("cancel", CANCEL, said_at=START - timedelta(seconds=4))
    (operation_done,), (receipt,) = world.ledger("ada"), world.receipts("ada")
    (declaration,) = chat.declarations
    assert data(world, EventType.DECLARED) == {
        "declaration": declaration.id,
        "kind": "cancel",
        "customer": "ada",
        "conversation": chat.id,
        "channel": "web",
        "declared_at": "2026-03-10T09:29:56.000Z",
    }
    assert data(world, EventType.COMPLETED) == {
        "operation": operation_done.id,
        "generation": 1,
        "declaration": declaration.id,
        "customer": "ada",
        "subscription": "ada-pro",
        "plan": "Pro",
        "receipt": receipt.number,
        "declared_at": "2026-03-10T09:29:56.000Z",
        "carried_out_at": "2026-03-10T09:30:00.000Z",
        "ends_at": "2026-04-01T07:00:00.000Z",
        "charged": {"currency": "EUR", "minor": 0},
        "refunded": {"currency": "EUR", "minor": 0},
    }


def test_who_has_not_said_who_they_are(world: World) -> None:
    """Their declaration is told with nobody's name; what is done once they have, with theirs."""
    endpoint(world.deps)
    chat = world.chat()
    chat.say("cancel", CANCEL)
    assert data(world, EventType.DECLARED)["customer"] is None
    chat.say(chat.ask_code("ada@example.com"), CODE)
    assert kinds(world) == ["cancellation.declared", "cancellation.completed"]
    done = data(world, EventType.COMPLETED)
    assert (done["customer"], done["declaration"]) == ("ada", data(world, EventType.DECLARED)["declaration"])


def test_what_is_said_while_a_person_is_in_charge_is_told(world: World) -> None:
    """P10: it is recorded for them, and told, once; nothing is done."""
    endpoint(world.deps)
    chat = in_charge(world)
    inbox_id = chat.hold("just cancel it", "cancel")
    chat.complete(inbox_id)
    assert kinds(world) == ["case.opened", "cancellation.declared"]


def test_a_message_that_comes_twice_is_told_once(shop: World) -> None:
    """And so is a turn that is repeated."""
    endpoint(shop.deps)
    chat = shop.chat("ada")
    for _ in range(2):
        inbox_id = chat.accept("cancel", key="the same")
        chat.answer(inbox_id, CANCEL)
    assert kinds(shop) == ["cancellation.declared", "cancellation.completed"]


def _never(_: object) -> None:
    raise ConnectionError("the database is gone")


def test_what_is_rolled_back_is_not_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The event is there exactly when the change is."""
    endpoint(world.deps)
    chat = world.chat("ada")
    inbox_id = chat.accept("cancel")
    chat.prepare(inbox_id)
    with monkeypatch.context() as patched:
        patched.setattr(MemoryUnitOfWork, "commit", _never)
        with pytest.raises(ConnectionError):
            chat.act(inbox_id, CANCEL)
    assert told(world.deps) == []
    chat.act(inbox_id, CANCEL)
    assert kinds(world) == ["cancellation.declared", "cancellation.completed"]


def test_a_second_case_is_none(world: World) -> None:
    """Asking again for a person opens nothing."""
    endpoint(world.deps)
    chat = world.chat("ada")
    chat.say("a person please", PERSON)
    chat.say("a person!", PERSON)
    assert data(world, EventType.CASE_OPENED) == {
        "case": case_of(chat),
        "subject": "talk_to_human",
        "customer": "ada",
        "opened_at": "2026-03-10T09:30:00.000Z",
        "conversation": chat.id,
        "channel": "web",
    }
    cases.close(world.deps, case_of(chat))
    chat.say("a person again", PERSON)
    assert kinds(world) == ["case.opened", "case.opened"]
