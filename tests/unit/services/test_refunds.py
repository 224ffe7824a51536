"""What comes back for an end ahead is paid when it has come: nobody keeps the plan and the money."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.services import refunds
from tests.unit.services.remote import RemoteWorld
from tests.unit.services.script import CANCEL, DAY_PASS, PRO, UNDO
from tests.unit.services.world import World


@pytest.fixture
def there() -> RemoteWorld:
    """Kim's plan ends at once and pays back what is unused; Ada's ends with the period."""
    made = RemoteWorld()
    made.customer("kim", DAY_PASS)
    made.customer("ada", PRO)
    return made


def _settled(there: RemoteWorld) -> list[str]:
    asked: list[str] = []
    acted = there.billing.acted

    def noted(ref: str, *, idempotency_key: str) -> bool:
        asked.append(idempotency_key)
        return acted(ref, idempotency_key=idempotency_key)

    there.billing.acted = noted  # type: ignore[method-assign]  # what is asked for is what this is about
    for job in there.jobs(refunds.SETTLE):
        refunds.run(there.deps, job)
    return asked


def test_it_is_asked_for_when_the_end_has_come(there: RemoteWorld) -> None:
    """Not before; the provider pays what its mark of that operation says."""
    there.chat("kim").say("cancel on 20 March", CANCEL)
    (operation,) = there.ledger("kim")
    assert operation.refunded
    assert operation.effective_at is not None
    assert _settled(there) == []
    there.clock.time = operation.effective_at + timedelta(minutes=3)
    assert _settled(there) == ["kim-pass:1"]


def test_taken_back_it_is_not_asked_for(there: RemoteWorld) -> None:
    """The end that was arranged is none any more."""
    chat = there.chat("kim")
    chat.say("cancel on 20 March", CANCEL)
    chat.say("undo", UNDO)
    there.clock.advance(days=30)
    assert _settled(there) == []


def test_where_nothing_comes_back_there_is_nothing_to_see_to(there: RemoteWorld, world: World) -> None:
    """Nor in the book, which moves no money."""
    there.chat("ada").say("cancel", CANCEL)
    world.customer("kim", DAY_PASS)
    world.chat("kim").say("cancel on 20 March", CANCEL)
    for made in (there, world):
        made.clock.advance(days=40)
        assert made.jobs(refunds.SETTLE) == []
