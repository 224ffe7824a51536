"""Where nothing is known of what a customer has: what they declare stands, and is gone on with later (P9)."""

from __future__ import annotations

import pytest

from tests.unit.services.remote import RemoteWorld
from tests.unit.services.script import BASIC, CANCEL, CHOOSE, DAY_PASS, PRO, STATUS, TEAM, UNDO, Replies


@pytest.fixture
def there() -> RemoteWorld:
    """Ada has one plan, Max three, Kim one that ends at once; all of it elsewhere."""
    made = RemoteWorld()
    made.customer("ada", PRO)
    made.customer("max", BASIC, PRO, TEAM)
    made.customer("kim", DAY_PASS)
    made.billing.on_sale = (BASIC, PRO, TEAM, DAY_PASS)
    return made


def test_nothing_known_and_billing_away_the_wish_stands(there: RemoteWorld) -> None:
    """Declared with time and number, carried out once billing is back, then told and asked (P9)."""
    chat, there.billing.away = there.chat("ada"), True
    declared = there.clock.now()
    said = chat.say("I want to cancel", CANCEL)
    assert said.kinds == ["notice"]
    assert "counts from" in said.text
    assert there.work(minutes=30) >= 1
    there.billing.away = False
    assert there.work() == 0
    assert there.receipts("ada")[0].received_at == declared
    assert [item.kind.value for item in chat.transcript[2:]] == ["receipt", "exit_question"]


def test_nothing_known_and_several_plans_they_are_asked_later(there: RemoteWorld) -> None:
    """The one question there is, once billing is back; the answer acts."""
    chat, there.billing.away = there.chat("max"), True
    chat.say("I want to cancel", CANCEL)
    there.billing.away = False
    there.work()
    assert chat.transcript[-1].text == "Which one should end?"
    assert chat.say("the Pro plan", CHOOSE).kinds == ["receipt", "exit_question"]


def test_a_wish_taken_back_meanwhile_is_not_gone_on_with(there: RemoteWorld) -> None:
    """Nothing is cancelled when billing is back."""
    chat, there.billing.away = there.chat("ada"), True
    chat.say("I want to cancel", CANCEL)
    chat.say("undo that", UNDO)
    there.billing.away = False
    there.work()
    assert there.billing.effects == []
    assert there.ledger("ada") == []


def test_the_wish_stands_however_long_billing_is_away(there: RemoteWorld) -> None:
    """They were told that it counts: the seven days are for what nobody has proved to be theirs (P4, P9)."""
    chat, there.billing.away = there.chat("ada"), True
    declared = there.clock.now()
    chat.say("I want to cancel", CANCEL)
    there.clock.advance(days=8)
    there.billing.away = False
    there.work()
    assert there.receipts("ada")[0].received_at == declared
    assert [item.kind.value for item in chat.transcript[2:]] == ["receipt", "exit_question"]


@pytest.mark.parametrize("customer", ["max", "kim"])
def test_what_is_asked_after_all_that_time_counts_from_when_it_was_said(
    there: RemoteWorld, customer: str
) -> None:
    """Which plan is meant, or the press for what can't be undone."""
    chat, there.billing.away = there.chat(customer), True
    declared = there.clock.now()
    chat.say("I want to cancel", CANCEL)
    there.clock.advance(days=8)
    there.billing.away = False
    there.work()
    asked = Replies((chat.transcript[-1],))
    chat.verify(f"{customer}@example.com")
    assert chat.press(asked.button(asked.names[0])).kinds[0] == "receipt"
    assert there.receipts(customer)[0].received_at == declared


def test_a_wish_taken_back_after_all_that_time_is_not_gone_on_with(there: RemoteWorld) -> None:
    """It stood until then."""
    chat, there.billing.away = there.chat("ada"), True
    chat.say("I want to cancel", CANCEL)
    there.clock.advance(days=8)
    assert chat.say("undo that", UNDO).text.startswith("Your request to cancel is taken back")
    there.billing.away = False
    there.work()
    assert there.billing.effects == []


def test_other_questions_are_answered_with_the_truth_while_nothing_is_known(there: RemoteWorld) -> None:
    """Nothing is made up, and nothing is declared."""
    chat, there.billing.away = there.chat("ada"), True
    said = chat.say("when does it end?", STATUS)
    assert said.text.startswith("Our billing system isn't answering")
    assert chat.declarations == []


def test_what_was_known_lately_still_serves(there: RemoteWorld) -> None:
    """For a day; after that it is nothing that could be relied on."""
    chat = there.chat("ada")
    chat.say("when does it end?", STATUS)
    there.billing.away = True
    there.clock.advance(hours=12)
    assert "Pro" in chat.say("when does it end?", STATUS).text
    there.clock.advance(hours=13)
    assert "isn't answering" in there.chat("ada").say("when does it end?", STATUS).text
