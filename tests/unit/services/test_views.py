"""What a billing system elsewhere told last: not believed for too long, nor over what is newer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.domain.subscriptions import Status, Subscription
from bot.services import views
from tests.fixtures.fake_billing import FakeBilling
from tests.unit.services.remote import RemoteWorld
from tests.unit.services.script import CANCEL, PRO, STATUS, TEAM, UNDO


@dataclass
class SlowBilling(FakeBilling):
    """Something happens between its reading a customer's subscriptions and its answer's arrival."""

    then: Callable[[], None] = lambda: None

    def subscriptions(self, customer_ref: str) -> Sequence[Subscription]:
        """As they were before that."""
        read = super().subscriptions(customer_ref)
        self.then()
        return read


@pytest.fixture
def there() -> RemoteWorld:
    """Ada has two plans, and they were read just now."""
    made = RemoteWorld()
    made.billing = SlowBilling(made.clock)
    made.deps = replace(made.deps, billing=made.billing)
    made.customer("ada", PRO, TEAM)
    views.refresh(made.deps, "ada", 5)
    return made


def meanwhile(there: RemoteWorld, does: Callable[[], None]) -> None:
    """`does` is done while the subscriptions are read once more."""
    assert isinstance(there.billing, SlowBilling)
    there.billing.then = does
    views.refresh(there.deps, "ada", 5)
    there.billing.then = lambda: None


def fresh(there: RemoteWorld) -> bool:
    """Whether what is known counts as true for now."""
    with there.store.begin() as work:
        return views.fresh(work, "ada")


def states(there: RemoteWorld) -> list[Status]:
    """How her plans stand, as far as is known without asking anybody."""
    with there.store.begin() as work:
        known = views.reader(there.deps, work, asked=True).subscriptions("ada")
    return [item.status for item in known]


def confirm(there: RemoteWorld, ref: str = "ada-pro", seconds: float = 0) -> None:
    """A cancellation is confirmed, which was asked for so many seconds before now."""
    asked_at = there.clock.now() - timedelta(seconds=seconds)
    ends = there.clock.now() + timedelta(days=20)
    changed = replace(there.billing.get(ref), status=Status.CANCELLING, ends_at=ends)
    with there.store.begin() as work:
        views.put_one(work, changed, asked_at)
        work.commit()


def spoil(there: RemoteWorld) -> None:
    """The billing system says that something has changed."""
    with there.store.begin() as work:
        views.spoil(work, "ada")
        work.commit()


def test_a_clock_that_was_set_back_makes_nothing_fresh(there: RemoteWorld) -> None:
    """What was read at a time that is still to come is read anew, and gives way to that."""
    chat = there.chat("ada")
    chat.say("cancel my Pro plan", CANCEL)
    there.clock.advance(hours=-3)
    assert there.chat("ada").say("undo", UNDO).kinds == ["receipt"]
    again = there.chat("ada").say("cancel my Pro plan", CANCEL)
    assert again.kinds == ["receipt", "exit_question"]
    assert there.state("ada-pro") is Status.CANCELLING
    assert "is cancelled" in chat.say("did it work?", STATUS).text


def test_what_was_confirmed_is_known_whichever_clock_was_ahead(there: RemoteWorld) -> None:
    """Two machines' clocks are never the same; what is in doubt is asked for before anything else is said."""
    confirm(there, seconds=2)
    assert states(there) == [Status.CANCELLING, Status.ACTIVE]
    assert not fresh(there)


def test_what_was_confirmed_while_it_was_read_stays(there: RemoteWorld) -> None:
    """The answer may be older, and nobody knows: it is asked for again."""
    there.clock.advance(seconds=1)
    meanwhile(there, lambda: confirm(there))
    assert states(there) == [Status.CANCELLING, Status.ACTIVE]
    assert not fresh(there)


def test_news_that_came_while_it_was_read_is_not_lost(there: RemoteWorld) -> None:
    """It is read once more; what was read is still better than what was known before."""
    ended = replace(there.billing.get("ada-team"), status=Status.ENDED, ends_at=there.clock.now())
    there.billing.put(ended)
    meanwhile(there, lambda: spoil(there))
    assert states(there) == [Status.ACTIVE, Status.ENDED]
    assert not fresh(there)


def test_a_confirmation_does_not_make_the_other_plans_known(there: RemoteWorld) -> None:
    """Of which there was news: they are still to be read."""
    spoil(there)
    confirm(there)
    assert not fresh(there)


def test_one_plan_is_not_all_there_is(there: RemoteWorld) -> None:
    """Where nothing was known before, the others are still to be read."""
    there.customer("max", PRO, TEAM)
    confirm(there, "max-pro")
    with there.store.begin() as work:
        assert not views.fresh(work, "max")
