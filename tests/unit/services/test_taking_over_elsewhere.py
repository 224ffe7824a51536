from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.errors import BillingUnavailableError, ConflictError
from bot.domain.subscriptions import Status
from bot.services import desk_cancel, views
from bot.store.unit_of_work import SqlStore
from tests.fixtures.fakes import PlainSealer
from tests.fixtures.stores import sqlite_engine
from tests.unit.services.answering import Answering, new
from tests.unit.services.remote import RemoteWorld
from tests.unit.services.staffed import Staffed


@pytest.fixture
def answering(template: Path, tmp_path: Path) -> Iterator[Answering]:
    """Two of the staff of a company whose billing is elsewhere."""
    with sqlite_engine(template, tmp_path) as engine:
        yield Answering(Staffed(RemoteWorld(store=SqlStore(engine, PlainSealer()))))


def remote(answering: Answering) -> RemoteWorld:
    """With its billing system."""
    assert isinstance(answering.world, RemoteWorld)
    return answering.world


def test_one_click_reaches_a_billing_system_elsewhere(answering: Answering) -> None:
    """P2, P10: done there, then told in the chat with its receipt, and the customer is asked nothing."""
    chat = answering.taken()
    said_at = answering.clock.now()
    chat.hold("cancel", "cancel")
    answering.clock.advance(minutes=5)
    before = chat.transcript
    answering.clicks(chat.declarations[0])
    assert answering.world.state("ada-pro") is Status.CANCELLING
    remote(answering).work()
    assert [item.kind.value for item in new(chat, before)] == ["receipt"]
    assert [item.received_at for item in answering.world.receipts("ada")] == [said_at]
    with pytest.raises(ConflictError):
        answering.clicks(chat.declarations[0])
    assert chat.question is None


def test_while_it_is_away_what_was_clicked_is_done_later_and_once(answering: Answering) -> None:
    """P9: the customer is told the truth at once, and when billing is back, that it is done."""
    chat = answering.taken()
    views.refresh(answering.deps, "ada", 5)
    assert [item.ref for item in desk_cancel.plans(answering.deps, chat.id)] == ["ada-pro"]
    chat.hold("cancel", "cancel")
    answering.clock.advance(minutes=5)
    before = chat.transcript
    remote(answering).billing.away = True
    answering.clicks(chat.declarations[0])
    with pytest.raises(ConflictError):
        answering.clicks(chat.declarations[0])
    assert [item.kind.value for item in new(chat, before)] == ["notice"]
    assert "10:30" in new(chat, before)[0].text
    remote(answering).billing.away = False
    remote(answering).work(minutes=10)
    assert [item.kind.value for item in new(chat, before)] == ["notice", "receipt"]
    assert len(answering.world.receipts("ada")) == 1


def test_where_nothing_is_known_of_what_they_have_nothing_is_begun(answering: Answering) -> None:
    """Staff are told, and can click again."""
    chat = answering.taken()
    chat.hold("cancel", "cancel")
    before = chat.transcript
    remote(answering).billing.away = True
    with pytest.raises(BillingUnavailableError):
        answering.clicks(chat.declarations[0])
    assert chat.declarations[0].waits_for_staff(answering.clock.now())
    assert new(chat, before) == []
    remote(answering).billing.away = False
    answering.clicks(chat.declarations[0])
    remote(answering).work()
    assert [item.kind.value for item in new(chat, before)] == ["receipt"]
    assert len(answering.world.receipts("ada")) == 1
