"""A company with customers, and chats with it: services driven as the gateway drives them, without Rasa."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.billing.book import Book
from bot.domain.cancellations import Operation
from bot.domain.customers import Customer, Member, Role
from bot.domain.exit_interview import ExitAnswer
from bot.domain.outbox import TELL, Job
from bot.domain.periods import period_containing
from bot.domain.receipts import Receipt
from bot.domain.subscriptions import Plan, Status, Subscription
from bot.ports import IdentityClaim, Store
from bot.services import arrivals, identity, members, sessions, telling
from bot.services.dependencies import Dependencies
from bot.services.views import reader
from tests.fixtures.fakes import (
    FakeClock,
    FakeIds,
    FixedHasher,
    FixedIdentityTokens,
    FixedLanguages,
    FixedSigner,
)
from tests.fixtures.memory_store import MemoryStore
from tests.unit.services.chat import Chat
from tests.unit.services.script import ANCHOR, BERLIN, DATES, WORDING

__all__ = ["Chat", "World", "subscription"]


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

    def customer(self, ref: str, *plans: Plan, phone: str | None = None, **fields: object) -> Customer:
        """A customer with a subscription `REF-PLAN` to each plan; `fields` are those of the subscriptions."""
        customer = Customer(ref, ref.title(), f"{ref}@example.com", phone=phone)
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

    def chat_at(self, address: str, channel: str = "telegram", locale: str = "en") -> Chat:
        """The chat with an address of a platform."""
        return Chat(self, arrivals.conversation_at(self.deps, channel, address, locale))

    def slack(self, email: str | None = None, address: str = "T1:U1") -> Chat:
        """A chat on Slack; with an address that the workspace, which is trusted, vouches for."""
        chat = self.chat_at(address, "slack")
        if email is not None:
            identity.vouched(self.deps, chat.id, email)
        return chat

    def linked(self, customer: str, address: str, channel: str = "telegram", locale: str = "en") -> Chat:
        """A chat on a platform, in which a customer has opened a link from their account."""
        chat = self.chat_at(address, channel, locale)
        chat.open_link(identity.issue_link(self.deps, channel, customer).token)
        return chat

    def member(self, name: str, role: Role, customer: str = "ada", phone: str | None = None) -> Member:
        """Somebody who belongs to a customer's account."""
        return members.add(self.deps, customer, name.title(), f"{name}@example.com", role, phone)

    def subscription(self, ref: str) -> Subscription:
        """As the provider reports it now."""
        with self.store.begin() as work:
            held = reader(self.deps, work).subscriptions(ref.rpartition("-")[0])
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
        return self.jobs("mail")

    def tell(self) -> list[str]:
        """Has told on other channels what waits to be told; returns the conversations."""
        return [told for job in self.jobs(TELL) for told in telling.tell(self.deps, job)]

    def jobs(self, kind: str) -> list[Job]:
        """Takes the work of a kind that waits to be done, and leaves the rest."""
        now = self.clock.now()
        with self.store.begin() as work:
            leased = work.outbox.lease("test", now, now + timedelta(minutes=1), 1000)
            taken = [job for job in leased if job.kind == kind]
            for job in leased:
                if job in taken:
                    work.outbox.done(job.id)
                else:
                    work.outbox.retry(job.id, job.run_at)
            work.commit()
        return taken

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
