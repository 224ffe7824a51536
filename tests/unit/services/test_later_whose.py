"""Whom a conversation is told of what was done later: only those whose it was, and never another (P3)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.customers import Role
from bot.domain.declarations import DeclarationState
from bot.domain.outbox import RECEIPT_MAIL
from bot.domain.subscriptions import Status
from tests.fixtures.fake_billing import Fault
from tests.unit.services.remote import RemoteWorld
from tests.unit.services.script import BASIC, CANCEL, CODE, LOG_OUT, PRO, STATUS, TEAM
from tests.unit.services.world import Chat

Change = Callable[[RemoteWorld, Chat], object]


def logs_out(_: RemoteWorld, chat: Chat) -> None:
    """Whoever it was has gone."""
    chat.say("log me out here", LOG_OUT)


def bob_comes(there: RemoteWorld, chat: Chat) -> None:
    """She logs out, and he opens his link."""
    logs_out(there, chat)
    there.linked("bob", "77")


def bob_comes_and_goes(there: RemoteWorld, chat: Chat) -> None:
    """He was the last to be known here; his proof has ended."""
    bob_comes(there, chat)
    there.clock.advance(hours=25)


def bob_is_forgotten(there: RemoteWorld, chat: Chat) -> None:
    """His proof is deleted by now."""
    bob_comes(there, chat)
    with there.store.begin() as work:
        work.identities.end_proof(chat.id)
        work.commit()


def a_colleague_comes(there: RemoteWorld, chat: Chat) -> None:
    """He belongs to her account, and may not decide for it."""
    there.member("kim", Role.MEMBER)
    logs_out(there, chat)
    chat.verify("kim@example.com")


def a_colleague_comes_and_goes(there: RemoteWorld, chat: Chat) -> None:
    """He was the last to be known here."""
    a_colleague_comes(there, chat)
    there.clock.advance(hours=25)


GONE: list[Change] = [
    logs_out,
    bob_comes,
    bob_comes_and_goes,
    bob_is_forgotten,
    a_colleague_comes,
    a_colleague_comes_and_goes,
]


def her_proof_ends(there: RemoteWorld, _: Chat) -> None:
    """A day has passed, and nobody else was here."""
    there.clock.advance(hours=25)


def her_proof_is_forgotten(_: RemoteWorld, chat: Chat) -> None:
    """Deleted when its time had passed."""
    with chat.world.store.begin() as work:
        work.identities.end_proof(chat.id)
        work.commit()


def she_comes_back(there: RemoteWorld, chat: Chat) -> None:
    """Logged out, and in again."""
    logs_out(there, chat)
    there.linked("ada", "77")


def who_may_decide_comes(there: RemoteWorld, chat: Chat) -> None:
    """Another of her account, with the right to decide for it."""
    there.member("kim", Role.BILLING)
    logs_out(there, chat)
    chat.verify("kim@example.com")


STILL_THEIRS: list[Change] = [her_proof_ends, her_proof_is_forgotten, she_comes_back, who_may_decide_comes]


@pytest.fixture
def there() -> RemoteWorld:
    """Ada has one plan, Max three, Bob one; all of it elsewhere."""
    made = RemoteWorld()
    made.customer("ada", PRO)
    made.customer("max", BASIC, PRO, TEAM)
    made.customer("bob", BASIC)
    made.billing.on_sale = (BASIC, PRO, TEAM)
    made.chat("bob").say("when does it end?", STATUS)
    return made


def said_after(chat: Chat, seq: int) -> str:
    """What is written there since."""
    return "\n".join(message.text for message in chat.transcript if message.seq > seq)


def hangs(there: RemoteWorld, *faults: Fault) -> Chat:
    """Ada cancelled on Telegram, and the call was lost."""
    chat, there.billing.faults = there.linked("ada", "77"), list(faults or (Fault.LOST,))
    assert "counts from" in chat.say("cancel", CANCEL).text
    return chat


def stands(there: RemoteWorld, customer: str = "ada", words: str = "cancel") -> Chat:
    """A customer declared on Telegram while nothing was known of what they have."""
    chat, there.billing.away = there.chat_at("77"), True
    chat.say(words, CANCEL)
    assert "counts from" in chat.say(chat.ask_code(f"{customer}@example.com"), CODE).text
    return chat


def goes_on(there: RemoteWorld, chat: Chat) -> str:
    """Billing answers again; returns what is said then."""
    there.billing.away = False
    upto = chat.transcript[-1].seq
    there.work()
    there.work()
    return said_after(chat, upto)


@pytest.mark.parametrize("change", GONE)
def test_what_was_done_is_told_to_nobody_else(there: RemoteWorld, change: Change) -> None:
    """Done, with its receipt and its mail; not a word of it, nor a question, in a chat that is not hers."""
    chat = hangs(there)
    change(there, chat)
    before = chat.state
    assert goes_on(there, chat) == ""
    assert there.state("ada-pro") is Status.CANCELLING
    assert len(there.receipts("ada")) == 1
    there.clock.advance(minutes=1)
    assert len(there.jobs(RECEIPT_MAIL)) == 1
    assert chat.state == before
    assert chat.question is None


@pytest.mark.parametrize("change", STILL_THEIRS)
def test_what_was_done_is_told_to_who_is_still_there(there: RemoteWorld, change: Change) -> None:
    """They hear when it is done, however long it took (P9)."""
    chat = hangs(there)
    change(there, chat)
    assert "Your Pro plan is cancelled" in goes_on(there, chat)


def test_what_was_refused_is_seen_to_though_nobody_is_told(there: RemoteWorld) -> None:
    """Staff get it, as hers; nothing is lost, and nothing is said (P9)."""
    chat = hangs(there, Fault.LOST, Fault.REFUSED)
    bob_comes(there, chat)
    there.clock.advance(hours=1)
    assert goes_on(there, chat) == ""
    assert chat.case is not None
    assert (chat.case.subject, chat.case.customer_ref) == ("billing_refused", "ada")


@pytest.mark.parametrize("change", GONE)
def test_a_wish_that_stood_is_carried_out_in_silence(there: RemoteWorld, change: Change) -> None:
    """It counts, whoever reads the chat by now."""
    chat = stands(there)
    change(there, chat)
    assert goes_on(there, chat) == ""
    assert there.state("ada-pro") is Status.CANCELLING
    assert len(there.receipts("ada")) == 1
    assert chat.case is None


@pytest.mark.parametrize("change", GONE)
def test_whose_plans_are_asked_about_is_not_shown_to_another(there: RemoteWorld, change: Change) -> None:
    """Which plan is meant can't be asked there: a person sees to it, and the wish stands."""
    there.customer("ada", TEAM)
    chat = stands(there)
    change(there, chat)
    before = chat.state
    assert goes_on(there, chat) == ""
    assert chat.state == before
    assert there.ledger("ada") == []
    assert chat.declarations[0].state is DeclarationState.WAITING
    assert chat.case is not None
    assert (chat.case.subject, chat.case.customer_ref) == ("not_carried_out", "ada")


@pytest.mark.parametrize("change", STILL_THEIRS)
def test_who_is_still_there_is_asked(there: RemoteWorld, change: Change) -> None:
    """The one question there is."""
    there.customer("ada", TEAM)
    chat = stands(there)
    change(there, chat)
    assert "Which one should end?" in goes_on(there, chat)


@pytest.mark.parametrize("before", [logs_out, her_proof_ends])
def test_what_somebody_unknown_says_meanwhile_chooses_nothing(there: RemoteWorld, before: Change) -> None:
    """P4: words that nobody has proved to be theirs are carried out by that proof only."""
    chat = stands(there, "max", "cancel my Pro plan")
    before(there, chat)
    chat.say("cancel my Team plan", CANCEL)
    goes_on(there, chat)
    states = [there.state(f"max-{plan}") for plan in ("basic", "pro", "team")]
    assert states == [Status.ACTIVE, Status.CANCELLING, Status.ACTIVE]
    assert chat.declarations[1].customer_ref is None


def test_what_they_said_before_they_proved_it_still_chooses(there: RemoteWorld) -> None:
    """The proof came after it, and it is theirs; also where it has ended since."""
    chat, there.billing.away = there.chat_at("77"), True
    chat.say("cancel", CANCEL)
    chat.say("cancel my Pro plan", CANCEL)
    chat.say(chat.ask_code("max@example.com"), CODE)
    there.clock.advance(hours=25)
    assert "Your Pro plan is cancelled" in goes_on(there, chat)


def test_whoever_asks_meanwhile_is_told_their_own(there: RemoteWorld) -> None:
    """Bob sees his plan, and nothing of hers."""
    chat = hangs(there)
    bob_comes(there, chat)
    goes_on(there, chat)
    assert "Pro" not in chat.say("did it work?", STATUS).text
