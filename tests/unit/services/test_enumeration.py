"""Nobody learns from a chat which addresses have an account: same words, buttons, work and mail jobs."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.domain.customers import Role
from bot.domain.outbox import Job
from bot.services.turn import Handler
from tests.fixtures.memory_store import MemoryStore
from tests.unit.services.recording import RecordingStore
from tests.unit.services.script import CANCEL, CODE, DELETE_DATA, EMAIL, END_DATE, PRO
from tests.unit.services.world import Chat, World

HOLDER, BILLING, COLLEAGUE, NOBODY = (
    f"{name}@example.com" for name in ("ada", "bill", "kim", "nobody")
)  # fmt: skip
EVERYBODY = pytest.mark.parametrize("email", [HOLDER, BILLING, COLLEAGUE])


@dataclass
class Seen:
    """What can be seen of an exchange from outside, and what work it was."""

    said: list[str]
    buttons: list[list[str]]
    calls: list[str]
    awaiting: object
    mails: list[Job]

    @property
    def alike(self) -> tuple[object, ...]:
        """All but the mail itself, which only who reads that mailbox sees; of that, how many and when."""
        jobs = [(job.kind, job.run_at, job.attempts, set(job.payload)) for job in self.mails]
        return self.said, self.buttons, self.calls, self.awaiting, jobs


def company() -> tuple[World, RecordingStore]:
    """Ada's account has two members."""
    store = RecordingStore(MemoryStore())
    world = World(store=store)
    world.customer("ada", PRO)
    world.member("bill", Role.BILLING)
    world.member("kim", Role.MEMBER)
    return world, store


def seen(chat: Chat, store: RecordingStore, *said: tuple[str, Handler]) -> Seen:
    """Says these things, one after another."""
    store.taken()
    replies = [chat.say(words, handler) for words, handler in said]
    calls = store.taken()
    texts, names = [item.text for item in replies], [item.titles for item in replies]
    return Seen(texts, names, calls, chat.state.awaiting, chat.world.mails())


def compare(email: str, channel: str, first: tuple[str, Handler], *then: tuple[str, Handler]) -> None:
    """Compares an address with one of nobody, each in a company of its own."""
    exchanges = []
    for address in (email, NOBODY):
        world, store = company()
        chat = world.chat() if channel == "web" else world.chat_at("77", channel)
        steps = [(words.format(email=address), handler) for words, handler in (first, *then)]
        exchanges.append(seen(chat, store, *steps))
    known, unknown = exchanges
    assert known.alike == unknown.alike
    assert len(known.mails) == 1
    assert "customers.by_email" in known.calls
    assert "members.by_email" in known.calls


@EVERYBODY
@pytest.mark.parametrize("channel", ["web", "telegram", "slack"])
def test_an_address_in_answer_to_the_question(email: str, channel: str) -> None:
    """The holder's, a member's and nobody's, on every channel."""
    compare(email, channel, ("I want to cancel", CANCEL), ("{email}", EMAIL))


@EVERYBODY
def test_an_address_with_the_wish(email: str) -> None:
    """Said in one message."""
    compare(email, "web", ("cancel please, I'm {email}", CANCEL))


@EVERYBODY
@pytest.mark.parametrize("handler", [END_DATE, DELETE_DATA])
def test_an_address_for_another_reason(email: str, handler: Handler) -> None:
    """A question, or a sensitive act."""
    compare(email, "web", ("please", handler), ("it's {email}", EMAIL))


@EVERYBODY
def test_a_wrong_code(email: str) -> None:
    """Once, and until no more can be tried."""
    for times in (1, 4, 5, 6):
        tries = [("000000", CODE)] * times
        compare(email, "web", ("I want to cancel", CANCEL), ("{email}", EMAIL), *tries)


@EVERYBODY
def test_the_wish_again_while_a_code_is_open(email: str) -> None:
    """The code "is still good", whether or not there is one."""
    compare(email, "web", ("I want to cancel", CANCEL), ("{email}", EMAIL), ("cancel!", CANCEL))


@EVERYBODY
def test_an_expired_code(email: str) -> None:
    """Ten minutes later."""
    exchanges = []
    for address in (email, NOBODY):
        world, store = company()
        chat = world.chat()
        chat.say("I want to cancel", CANCEL)
        chat.say(address, EMAIL)
        world.clock.advance(minutes=10)
        exchanges.append(seen(chat, store, ("123456", CODE)).alike)
    assert exchanges[0] == exchanges[1]


@EVERYBODY
def test_too_many_codes(email: str) -> None:
    """The same limits, said in the same words, with the same work."""
    exchanges = []
    for address in (email, NOBODY):
        world, store = company()
        for _ in range(12):
            chat = world.chat()
            chat.say("I want to cancel", CANCEL)
            chat.say(address, EMAIL)
        world.mails()
        chat = world.chat()
        refused = seen(chat, store, ("I want to cancel", CANCEL), (address, EMAIL))
        assert "wait an hour" in refused.said[-1]
        assert refused.mails == []
        exchanges.append(refused.alike)
    assert exchanges[0] == exchanges[1]


@EVERYBODY
def test_only_the_mailbox_is_told(email: str) -> None:
    """Whose address it is stands in the mail alone: a code, or that there is no account."""
    for address, template in ((email, "mail_code"), (NOBODY, "mail_no_account")):
        world, _ = company()
        chat = world.chat()
        chat.say("I want to cancel", CANCEL)
        chat.say(address, EMAIL)
        (job,) = world.mails()
        assert (job.payload["to"], job.payload["template"]) == (address, template)
        assert bool(job.payload["code"]) == (template == "mail_code")


def test_who_is_signed_in_learns_nothing_of_other_addresses_either() -> None:
    """A customer who is asked for a code gives other addresses: a member's, a holder's, nobody's."""
    exchanges = []
    for address in ("max@example.com", BILLING, COLLEAGUE, NOBODY):
        world, store = company()
        world.customer("max", PRO)
        chat = world.chat("ada")
        world.clock.advance(minutes=11)
        chat.say("delete my data", DELETE_DATA)
        world.mails()
        exchanges.append(seen(chat, store, (address, EMAIL), ("000000", CODE)).alike)
    assert all(exchange == exchanges[0] for exchange in exchanges)
