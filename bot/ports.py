"""What services need from the outside, as Protocols: store, billing, mail, clock, wording, cryptography."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from bot.domain.cancellations import Operation
from bot.domain.cases import Case
from bot.domain.conversations import Button, Conversation, Message, Understanding
from bot.domain.customers import Customer
from bot.domain.declarations import Declaration
from bot.domain.exit_interview import ExitAnswer, ExitQuestion
from bot.domain.identities import CodeChallenge, Proof
from bot.domain.inbox import InboxEntry
from bot.domain.money import Money
from bot.domain.outbox import Job
from bot.domain.receipts import Receipt
from bot.domain.subscriptions import Plan, Subscription
from bot.domain.text import Masked


class Clock(Protocol):
    """The time, so that tests can set it."""

    def now(self) -> datetime:
        """Now, in UTC."""
        ...


class Ids(Protocol):
    """Identifiers and randomness, so that tests can foresee them."""

    def new(self, prefix: str) -> str:
        """A new unguessable identifier such as `c_7f…`, 128 random bits."""
        ...

    def number(self, prefix: str) -> str:
        """A short number people can read out, such as `R-4F7K-9M2Q`; the caller keeps it unique."""
        ...

    def token(self) -> str:
        """A bearer token, 256 random bits, URL-safe."""
        ...

    def code(self) -> str:
        """A one-time code: six digits."""
        ...


@dataclass(frozen=True, slots=True)
class CancelAt:
    """When and on what terms a provider is to end a subscription. Times are UTC; `immediately` ends it now."""

    effective_at: datetime
    immediately: bool
    refunded: Money


class BillingProvider(Protocol):
    """The company's billing system. A call with a key that was used before returns the earlier outcome."""

    def subscriptions(self, customer_ref: str) -> Sequence[Subscription]:
        """All subscriptions of a customer, ended ones too, oldest first."""
        ...

    def cancel(self, ref: str, *, at: CancelAt, idempotency_key: str) -> Subscription:
        """Ends a subscription. Raises `NotFoundError` for an unknown one."""
        ...

    def resume(self, ref: str, *, idempotency_key: str) -> Subscription:
        """Takes a cancellation back. Raises `ConflictError` when the end has come."""
        ...


class Billing(Protocol):
    """Gives the provider for a unit of work.

    The embedded book takes part in it, so that ledger, effect and receipt are one transaction; a provider
    elsewhere would ignore it and must never be called inside one.
    """

    def within(self, work: UnitOfWork) -> BillingProvider:
        """The provider to use inside `work`."""
        ...


class Mailer(Protocol):
    """Sends mail. Called from the outbox only, never while a customer waits."""

    def send(self, *, to: str, subject: str, text: str, message_id: str) -> None:
        """Sends one mail; the same `message_id` again is the same mail."""
        ...


class Wording(Protocol):
    """What is said to customers, in their language."""

    def text(self, message: str, locale: str, values: Mapping[str, object]) -> str:
        """The text of `message` with `values` filled in: `Money` and `datetime` are formatted, lists joined.

        Raises `KeyError` for a message or value that is not there.
        """
        ...

    def locale(self, wanted: str | None) -> str:
        """The language we speak that is nearest to `wanted`."""
        ...


class ReceiptSigner(Protocol):
    """Signs receipts and hands out the keys to their pages."""

    def sign(self, payload: bytes) -> str:
        """The compact JWS (EdDSA, with `kid`) over `payload`."""
        ...

    def salt(self) -> str:
        """128 random bits, base64url, for one disclosure."""
        ...

    def page_key(self, number: str) -> str:
        """The key without which the receipt's page does not exist; derived, never stored."""
        ...


class Hasher(Protocol):
    """Keyed one-way forms of secrets, under a key outside the database."""

    def digest(self, purpose: str, value: str) -> str:
        """The same for the same purpose and value; without our key nobody can search for it."""
        ...

    def matches(self, purpose: str, value: str, digest: str) -> bool:
        """Compares in constant time."""
        ...


@dataclass(frozen=True, slots=True)
class IdentityClaim:
    """What a verified identity token says. `expires_at` is the token's own end, UTC."""

    customer_ref: str
    token_id: str
    expires_at: datetime


class IdentityTokens(Protocol):
    """Checks the identity tokens a company's own server makes for its signed-in customers."""

    def verify(self, token: str) -> IdentityClaim:
        """Raises `IdentityInvalidError`. Using a token up is the caller's work."""
        ...


class CustomerRepository(Protocol):
    """Customers."""

    def get(self, ref: str) -> Customer | None: ...
    def lock(self, ref: str) -> Customer | None:
        """Like `get`, and nobody else acts for this customer until the unit of work ends."""
        ...

    def by_email(self, email: str) -> Customer | None:
        """By the normalised address."""
        ...

    def put(self, customer: Customer) -> None: ...
    def all(self) -> Sequence[Customer]: ...


class BookRepository(Protocol):
    """The embedded billing book: plans and subscriptions in our own database."""

    def put_plan(self, plan: Plan) -> None: ...
    def plan(self, ref: str) -> Plan | None: ...
    def put(self, subscription: Subscription) -> None:
        """Adds or replaces. `period` is not stored: it follows from `anchor`, the plan and the time."""
        ...

    def get(self, ref: str) -> Subscription | None:
        """With the status as stored and the first period; `book.py` works out what holds now.

        Nobody else changes it until the unit of work ends.
        """
        ...

    def of_customer(self, customer_ref: str) -> Sequence[Subscription]: ...
    def remove_customer(self, customer_ref: str) -> None:
        """Removes a customer's subscriptions (demo reset)."""
        ...

    def effect(self, idempotency_key: str) -> str | None:
        """The subscription ref an earlier call with this key acted on."""
        ...

    def record_effect(self, idempotency_key: str, subscription_ref: str) -> None:
        """Raises `ConflictError` when the key was used."""
        ...


class ConversationRepository(Protocol):
    """Conversations, their web sessions and their leases."""

    def get(self, conversation_id: str) -> Conversation | None: ...
    def by_address(self, channel: str, address: str) -> Conversation | None: ...
    def put(self, conversation: Conversation) -> None:
        """Adds or replaces, but for `next_seq` (the messages' own) and the lease of one that is there.

        Raises `ConflictError` when another conversation has this channel and address.
        """
        ...

    def add_session(self, token_digest: str, conversation_id: str, expires_at: datetime) -> None: ...
    def session(self, token_digest: str, now: datetime) -> str | None:
        """The conversation of a live session."""
        ...

    def extend_session(self, token_digest: str, expires_at: datetime) -> None: ...
    def use_identity_token(self, token_id: str, expires_at: datetime, now: datetime) -> bool:
        """False when it was used before. Forgets tokens that have expired."""
        ...

    def take_lease(self, conversation_id: str, owner: str, until: datetime, now: datetime) -> bool:
        """Takes or renews the right to work on this conversation; False while another owner's lease lives."""
        ...

    def release_lease(self, conversation_id: str, owner: str) -> None: ...
    def holds_lease(self, conversation_id: str, owner: str, now: datetime) -> bool: ...


class MessageRepository(Protocol):
    """Transcripts."""

    def add(self, message: Message) -> Message:
        """Adds it with the conversation's next number in place of `message.seq`; returns it as stored.

        Raises `NotFoundError` for an unknown conversation.
        """
        ...

    def after(self, conversation_id: str, seq: int, limit: int = 200) -> Sequence[Message]: ...
    def for_inbox(self, inbox_id: str) -> Sequence[Message]:
        """The bot's messages that answer an inbox entry, in order."""
        ...

    def customer_message(self, inbox_id: str) -> Message | None: ...
    def set_understanding(self, inbox_id: str, understanding: Understanding) -> None:
        """Notes on the customer's message how it was understood and answered."""
        ...


class InboxRepository(Protocol):
    """The inbox; bodies and placeholder values are encrypted at rest and deleted once answered."""

    def add(self, entry: InboxEntry) -> bool:
        """False when this conversation has an entry with the same message id; then nothing is stored."""
        ...

    def get(self, inbox_id: str) -> InboxEntry | None: ...
    def find(self, conversation_id: str, message_id: str) -> InboxEntry | None: ...
    def put(self, entry: InboxEntry) -> None:
        """Stores state, attempts, not_before and request; deletes body, request and placeholders once
        answered.

        Raises `NotFoundError` for an unknown entry.
        """
        ...

    def next_accepted(self, conversation_id: str) -> InboxEntry | None:
        """The oldest entry in state ACCEPTED, in order of arrival, whatever its `not_before`."""
        ...

    def held(self, conversation_id: str) -> Sequence[InboxEntry]: ...
    def waiting_conversations(self, now: datetime, limit: int = 100) -> Sequence[str]:
        """Conversations whose oldest accepted entry is due and that have no live lease, longest waiting
        first.

        Order holds: an entry that is due waits behind an older one that is not.
        """
        ...

    def count_since(self, conversation_id: str, since: datetime) -> int: ...
    def put_secrets(self, inbox_id: str, masked: Masked) -> None: ...
    def secrets(self, inbox_id: str) -> Masked | None:
        """What was masked in this entry's text; None once it is answered."""
        ...

    def result(self, inbox_id: str) -> str | None:
        """The stored outcome of the action that ran for this entry, as JSON.

        Who asks second, while a first unit of work is still at it, waits for that one to end.
        """
        ...

    def put_result(self, inbox_id: str, outcome: str) -> None:
        """Stores it once. Raises `ConflictError` when there is one: a second run of the action must not
        stand (P2).
        """
        ...


class DeclarationRepository(Protocol):
    """Declarations."""

    def get(self, declaration_id: str) -> Declaration | None: ...
    def put(self, declaration: Declaration) -> None: ...
    def of_conversation(self, conversation_id: str) -> Sequence[Declaration]:
        """Newest first, at most 20."""
        ...


class OperationRepository(Protocol):
    """The ledger: one row per subscription and generation."""

    def add(self, operation: Operation) -> None:
        """Raises `ConflictError` when the subscription already has an operation of this generation."""
        ...

    def put(self, operation: Operation) -> None: ...
    def get(self, operation_id: str) -> Operation | None: ...
    def latest(self, subscription_ref: str) -> Operation | None:
        """The operation of the highest generation."""
        ...

    def of_declaration(self, declaration_id: str) -> Sequence[Operation]: ...
    def remove_customer(self, customer_ref: str) -> None:
        """Removes a customer's operations (demo reset); their receipts must be gone."""
        ...

    def of_customer(self, customer_ref: str, limit: int = 20) -> Sequence[Operation]:
        """Newest first."""
        ...


class ReceiptRepository(Protocol):
    """Receipts. Disclosures are encrypted at rest."""

    def add(self, receipt: Receipt) -> None:
        """Raises `ConflictError` when the number is taken or the operation has its receipt."""
        ...

    def get(self, number: str) -> Receipt | None: ...
    def of_operation(self, operation_id: str) -> Receipt | None: ...
    def remove_customer(self, customer_ref: str) -> None:
        """Removes a customer's receipts (demo reset)."""
        ...

    def of_customer(self, customer_ref: str, limit: int = 20) -> Sequence[Receipt]:
        """Newest first."""
        ...


class ExitInterviewRepository(Protocol):
    """Exit questions and answers."""

    def add_question(self, question: ExitQuestion) -> bool:
        """False when this declaration has been asked (P5)."""
        ...

    def put_question(self, question: ExitQuestion) -> None: ...
    def latest_question(self, conversation_id: str) -> ExitQuestion | None: ...
    def question(self, question_id: str) -> ExitQuestion | None: ...
    def question_of(self, declaration_id: str) -> ExitQuestion | None: ...
    def add_answer(self, answer: ExitAnswer) -> None: ...
    def answers(self, since: datetime | None = None) -> Sequence[ExitAnswer]:
        """Oldest first."""
        ...


class IdentityRepository(Protocol):
    """Proofs, code challenges and the record by which new codes are slowed."""

    def proof(self, conversation_id: str, now: datetime) -> Proof | None:
        """The conversation's live proof."""
        ...

    def put_proof(self, proof: Proof) -> None:
        """Replaces the conversation's proof."""
        ...

    def end_proof(self, conversation_id: str) -> None: ...
    def challenge(self, conversation_id: str) -> CodeChallenge | None: ...
    def put_challenge(self, challenge: CodeChallenge) -> None:
        """Replaces the conversation's challenge."""
        ...

    def end_challenge(self, conversation_id: str) -> None: ...
    def record_code_request(self, address_digest: str, conversation_id: str, at: datetime) -> None: ...
    def code_requests(self, *, address_digest: str, conversation_id: str, since: datetime) -> tuple[int, int]:
        """How many codes were asked for since then: for this address, and in this conversation."""
        ...


class ButtonRepository(Protocol):
    """Issued buttons."""

    def add(self, button: Button) -> None: ...
    def get(self, token: str) -> Button | None: ...
    def put(self, button: Button) -> None: ...


class CaseRepository(Protocol):
    """Cases."""

    def add(self, case: Case) -> None:
        """Raises `ConflictError` when the conversation has a case that is not closed."""
        ...

    def get(self, case_id: str) -> Case | None: ...
    def put(self, case: Case) -> None: ...
    def current(self, conversation_id: str) -> Case | None:
        """The conversation's case that is not closed."""
        ...

    def all(self, *, closed: bool = False, limit: int = 200) -> Sequence[Case]:
        """Oldest first; closed ones only if asked for."""
        ...

    def accepted_before(self, waiting_since: datetime) -> Sequence[Case]:
        """Accepted cases in which a customer has waited since then or longer, longest first."""
        ...


class Outbox(Protocol):
    """Jobs that any replica may take over when a lease runs out."""

    def add(self, job: Job) -> bool:
        """False when a job with the same key is there or was."""
        ...

    def lease(self, owner: str, now: datetime, until: datetime, limit: int = 10) -> Sequence[Job]:
        """Takes due jobs that nobody works on (`FOR UPDATE SKIP LOCKED` on PostgreSQL); counts an attempt
        each.
        """
        ...

    def done(self, job_id: str) -> None:
        """Forgets the payload; the key stays, so that the work is never done again."""
        ...

    def retry(self, job_id: str, run_at: datetime) -> None: ...


class UnitOfWork(Protocol):
    """One transaction. Leaving it without `commit` rolls back."""

    customers: CustomerRepository
    book: BookRepository
    conversations: ConversationRepository
    messages: MessageRepository
    inbox: InboxRepository
    declarations: DeclarationRepository
    operations: OperationRepository
    receipts: ReceiptRepository
    exit_interviews: ExitInterviewRepository
    identities: IdentityRepository
    buttons: ButtonRepository
    cases: CaseRepository
    outbox: Outbox

    def commit(self) -> None:
        """Makes it last and ends it: nothing can be read or written through it afterwards."""
        ...

    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class Store(Protocol):
    """Opens units of work."""

    def begin(self) -> AbstractContextManager[UnitOfWork]:
        """A writing transaction: on SQLite it takes the write lock at once, so it can't fail half-way for
        want of it.
        """
        ...
