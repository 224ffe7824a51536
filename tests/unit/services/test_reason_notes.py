"""The reason that is given later stands in the billing system, too, beside what it ended."""

from __future__ import annotations

import pytest

from bot.domain.errors import BillingUnavailableError
from bot.services import reason_notes
from tests.unit.services.remote import RemoteWorld
from tests.unit.services.script import CANCEL, PRO, REASON
from tests.unit.services.world import World


@pytest.fixture
def there() -> RemoteWorld:
    """Ada's plan is elsewhere."""
    made = RemoteWorld()
    made.customer("ada", PRO)
    return made


def _note(there: World) -> None:
    for job in there.jobs(reason_notes.NOTE_REASON):
        reason_notes.run(there.deps, job)


def test_a_pressed_reason_is_written_down(there: RemoteWorld) -> None:
    """In the words that Stripe and we share."""
    chat = there.chat("ada")
    asked = chat.say("cancel", CANCEL)
    chat.press(asked.button("reason:too_expensive"))
    _note(there)
    assert there.billing.reasons == {"ada-pro": ("too_expensive", None)}


def test_own_words_are_written_down_masked(there: RemoteWorld) -> None:
    """Codes and addresses stay here."""
    chat = there.chat("ada")
    chat.say("cancel", CANCEL)
    chat.say("too many mails to ada@example.com", REASON)
    _note(there)
    assert there.billing.reasons == {"ada-pro": (None, "too many mails to [email]")}


def test_what_only_we_have_a_word_for_becomes_the_nearest(there: RemoteWorld) -> None:
    """Stripe knows no need that is over for now."""
    chat = there.chat("ada")
    asked = chat.say("cancel", CANCEL)
    chat.press(asked.button("reason:temporary"))
    _note(there)
    assert there.billing.reasons["ada-pro"][0] == "unused"


def test_while_billing_is_away_the_job_goes_on(there: RemoteWorld) -> None:
    """Nothing is lost."""
    chat = there.chat("ada")
    asked = chat.say("cancel", CANCEL)
    chat.press(asked.button("reason:unused"))
    there.billing.away = True
    with pytest.raises(BillingUnavailableError):
        _note(there)


def test_the_book_needs_none(world: World) -> None:
    """Its answers stand in the same database."""
    chat = world.chat("ada")
    asked = chat.say("cancel", CANCEL)
    chat.press(asked.button("reason:unused"))
    assert world.jobs(reason_notes.NOTE_REASON) == []
