"""A company with customers, and chats with it: services driven as the gateway drives them, without Rasa."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.billing.book import Book
from bot.domain.cancellations import Operation
from bot.domain.cases import Case
from bot.domain.conversations import Awaiting, Conversation, Message, Understanding
from bot.domain.customers import Customer
from bot.domain.declarations import Declaration
from bot.domain.exit_interview import ExitAnswer, ExitQuestion
from bot.domain.outbox import Job
from bot.domain.periods import period_containing
from bot.domain.receipts import Receipt
from bot.domain.subscriptions import Plan, Status, Subscription
from bot.ports import IdentityClaim, Store
from bot.services import (
    inbox,
    sessions,
    turns,
)
from bot.services.dependencies import Dependencies
from bot.services.inbox import Answer, Incoming
from bot.services.turn import Handler, act
from bot.services.turns import Prepared, Step
from tests.fixtures.fakes import (
    FakeClock,
    FakeIds,
    FixedHasher,
    FixedIdentityTokens,
    FixedLanguages,
    FixedSigner,
)
from tests.fixtures.memory_store import MemoryStore
from tests.unit.services.script import (
    ANCHOR,
    BERLIN,
    BY_INTENT,
    CODE,
    DATES,
    EMAIL,
    END_DATE,
    OWNER,
    WORDING,
    Replies,
)


@dataclass
class World:
    """The company: its clock, its store and its customers."""

    store: Store = field(default_factory=MemoryStore)
    clock: FakeClock = field(default_factory=FakeClock)
    ids: FakeIds = field(default_factory=FakeIds)
    tokens: FixedIdentityTokens = field(default_factory=FixedIdentityTokens)
    languages: FixedLanguages = field(default_factory=FixedLanguages)

    def __post_init__(self) -> None:
        self.deps = Dependencies(
            store=self.store,
            billing=Book(BERLIN, self.clock),
            wording=WORDING,
            languages=self.languages,
            dates=DATES,
            clock=self.clock,
            ids=self.ids,
            signer=FixedSigner(),
            hasher=FixedHasher(),
            identity_tokens=self.tokens,
            company="Example",
            zone=BERLIN,
            public_url="https://fairwell.example",
            shuffle=random.Random(7),
        )

    def customer(self, ref: str, *plans: Plan, **fields: object) -> Customer:
        """A customer with a subscription `REF-PLAN` to each plan; `fields` are those of the subscriptions."""
        customer = Customer(ref, ref.title(), f"{ref}@example.com")
        with self.store.begin() as work:
            work.customers.put(customer)
            for plan in plans:
                work.book.put_plan(plan)
                work.book.put(subscription(ref, plan, **fields))
            work.commit()
        return customer

    def chat(self, customer: str | None = None) -> Chat:
        """A new chat; with a customer, one who is signed in."""
        token = None
        if customer is not None:
            token = self.ids.new("jwt")
            expires = self.clock.now() + timedelta(hours=1)
            self.tokens.claims[token] = IdentityClaim(customer, token, expires)
        return Chat(self, sessions.open_session(self.deps, token, "en").conversation_id)

    def subscription(self, ref: str) -> Subscription:
        """As the provider reports it now."""
        with self.store.begin() as work:
            held = self.deps.billing.within(work).subscriptions(ref.rpartition("-")[0])
        return next(item for item in held if item.ref == ref)

    def state(self, ref: str) -> Status:
        """Where a subscription stands now."""
        return self.subscription(ref).status

    def ledger(self, customer: str) -> list[Operation]:
        """Everything done for a customer, oldest first."""
        with self.store.begin() as work:
            return list(reversed(work.operations.of_customer(customer, 1000)))

    def receipts(self, customer: str) -> list[Receipt]:
        """Every receipt of a customer, oldest first."""
        with self.store.begin() as work:
            return list(reversed(work.receipts.of_customer(customer, 1000)))

    def mails(self) -> list[Job]:
        """Takes the mail that waits to be sent."""
        now = self.clock.now()
        with self.store.begin() as work:
            jobs = list(work.outbox.lease("mail", now, now + timedelta(minutes=1)))
            for job in jobs:
                work.outbox.done(job.id)
            work.commit()
        return jobs

    def answers(self) -> list[ExitAnswer]:
        """The reasons given."""
        with self.store.begin() as work:
            return list(work.exit_interviews.answers())


def subscription(customer_ref: str, plan: Plan, **fields: object) -> Subscription:
    """A running subscription `CUSTOMER-PLAN` since New Year, nine in the morning in Berlin."""
    anchor = fields.get("anchor", ANCHOR)
    assert isinstance(anchor, datetime)
    period = period_containing(anchor, plan.interval, anchor, BERLIN)
    plain = Subscription(f"{customer_ref}-{plan.ref}", customer_ref, plan, Status.ACTIVE, anchor, period)
    return replace(plain, **fields)  # type: ignore[arg-type]  # a test names fields by name


@dataclass
class Chat:
    """One conversation, as the gateway carries it out."""

    world: World
    id: str

    def accept(
        self,
        text: str | None = None,
        *,
        button: str | None = None,
        key: str | None = None,
        said_at: datetime | None = None,
    ) -> str:
        """Puts a message into the inbox."""
        key = key or self.world.ids.new("client")
        return inbox.accept(self.world.deps, Incoming(self.id, key, text, button, said_at))

    def say(self, text: str, handler: Handler, said_at: datetime | None = None) -> Replies:
        """Writes something that is understood as what `handler` answers."""
        return self.answer(self.accept(text, said_at=said_at), handler)

    def press(self, token: str) -> Replies:
        """Presses a button."""
        return self.answer(self.accept(button=token))

    def prepare(self, inbox_id: str) -> Prepared:
        """The gateway's first step."""
        return turns.prepare(self.world.deps, inbox_id)

    def act(self, inbox_id: str, handler: Handler, intent: str = "said", key: float = 0.9) -> None:
        """What the action endpoint does."""
        act(self.world.deps, self.id, inbox_id, handler, Understanding(intent, key))

    def answer(self, inbox_id: str, handler: Handler | None = None, *, intent: str = "other") -> Replies:
        """Carries a turn out; while a person is in charge the message is held, understood as `intent`."""
        prepared = self.prepare(inbox_id)
        if prepared.step is Step.READ:
            turns.hold(self.world.deps, inbox_id, Understanding(prepared.intent or intent, 0.9))
            return Replies(())
        if prepared.step is Step.ASK:
            chosen = BY_INTENT[prepared.intent] if prepared.intent is not None else handler
            assert chosen is not None
            self.act(inbox_id, chosen, prepared.intent or intent)
        return self.complete(inbox_id)

    def complete(self, inbox_id: str, answer: Answer | None = None) -> Replies:
        """The gateway's last step."""
        deps, now = self.world.deps, self.world.clock.now()
        with deps.store.begin() as work:
            work.conversations.take_lease(self.id, OWNER, now + timedelta(seconds=30), now)
            work.commit()
        inbox.complete(deps, inbox_id, OWNER, answer)
        return Replies(inbox.replies_to(deps, inbox_id) or ())

    def hold(self, text: str, intent: str) -> str:
        """Writes something while a person is in charge."""
        inbox_id = self.accept(text)
        assert self.answer(inbox_id, intent=intent) == Replies(())
        return inbox_id

    def verify(self, email: str) -> Replies:
        """Asks for what takes a proof, unless one is asked for; gives an address, and the code sent to it."""
        self.world.mails()
        if self.state.awaiting is not Awaiting.EMAIL:
            self.say("when does it end?", END_DATE)
        self.say(email, EMAIL)
        return self.say(self.world.mails()[-1].payload["code"], CODE)

    @property
    def state(self) -> Conversation:
        """What the store knows of the conversation."""
        with self.world.store.begin() as work:
            found = work.conversations.get(self.id)
        assert found is not None
        return found

    @property
    def transcript(self) -> Sequence[Message]:
        """Every message, in order."""
        with self.world.store.begin() as work:
            return work.messages.after(self.id, 0)

    @property
    def declarations(self) -> list[Declaration]:
        """What was declared here, oldest first."""
        with self.world.store.begin() as work:
            return list(reversed(work.declarations.of_conversation(self.id)))

    @property
    def question(self) -> ExitQuestion | None:
        """The exit question asked last."""
        with self.world.store.begin() as work:
            return work.exit_interviews.latest_question(self.id)

    @property
    def case(self) -> Case | None:
        """The case that is not closed."""
        with self.world.store.begin() as work:
            return work.cases.current(self.id)
