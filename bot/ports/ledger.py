"""What is kept of customers, declarations, operations, receipts and proofs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.cancellations import Operation
from bot.domain.customers import Customer, Member
from bot.domain.declarations import Declaration
from bot.domain.exit_interview import ExitAnswer, ExitQuestion
from bot.domain.identities import CodeChallenge, Link, Proof
from bot.domain.receipts import Receipt
from bot.domain.subscriptions import Plan, Subscription


class CustomerRepository(Protocol):
    """Customers."""

    def get(self, ref: str) -> Customer | None: ...
    def lock(self, ref: str) -> Customer | None:
        """Like `get`, and nobody else acts for this customer until the unit of work ends."""
        ...

    def by_email(self, email: str) -> Customer | None:
        """By the normalised address."""
        ...

    def by_phone(self, phone: str) -> Sequence[Customer]:
        """Those with this number, as `normalise_phone` writes it; at most two."""
        ...

    def put(self, customer: Customer) -> None: ...
    def all(self) -> Sequence[Customer]: ...


class MemberRepository(Protocol):
    """People who belong to an account beside its holder."""

    def get(self, member_id: str) -> Member | None: ...
    def by_email(self, email: str) -> Member | None:
        """By the normalised address."""
        ...

    def by_phone(self, phone: str) -> Sequence[Member]:
        """Those with this number; at most two."""
        ...

    def of_customer(self, customer_ref: str) -> Sequence[Member]:
        """By address."""
        ...

    def put(self, member: Member) -> None:
        """Adds or replaces. Raises `ConflictError` when another member has the address."""
        ...

    def remove(self, member_id: str) -> None: ...


class BookRepository(Protocol):
    """The embedded billing book: plans and subscriptions in our own database."""

    def put_plan(self, plan: Plan) -> None: ...
    def plans(self) -> Sequence[Plan]:
        """All of them, by ref."""
        ...

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


@dataclass(frozen=True, slots=True)
class View:
    """What a provider elsewhere last told, at `read_at` (UTC); `stale` once it is known to have changed."""

    value: str
    read_at: datetime
    stale: bool = False


class ViewRepository(Protocol):
    """What providers elsewhere last told, by name. Encrypted at rest."""

    def get(self, name: str) -> View | None: ...
    def put(self, name: str, view: View) -> None: ...
    def spoil(self, name: str) -> None:
        """Marks it stale."""
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
    def claim(self, operation_id: str, owner: str, now: datetime, until: datetime) -> Operation | None:
        """Takes an open one for `owner`, who alone asks the provider until then; None if it is taken or done.

        Nobody else claims it until the unit of work ends.
        """
        ...

    def release(self, operation_id: str, owner: str) -> None:
        """Lets the next one claim it, where `owner` has it."""
        ...

    def unfinished(self, limit: int = 200) -> Sequence[Operation]:
        """Those still to be carried out, oldest first."""
        ...

    def latest(self, subscription_ref: str) -> Operation | None:
        """The operation of the highest generation."""
        ...

    def of_declaration(self, declaration_id: str) -> Sequence[Operation]: ...
    def of_subscription(self, subscription_ref: str) -> Sequence[Operation]: ...  # by generation
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

    def signed_as(self, header: str, after: str | None = None, limit: int = 200) -> Sequence[Receipt]:
        """Those whose JWS begins with this header, base64url as it stands there, oldest first.

        With `after`, a number, only those younger than that one. Reads the whole ledger once: for staff.
        """
        ...

    def put_signature(self, number: str, jws: str) -> None:
        """Replaces a receipt's JWS, and nothing else of it."""
        ...


class ExitInterviewRepository(Protocol):
    """Exit questions and answers."""

    def add_question(self, question: ExitQuestion) -> bool:
        """False when this declaration has been asked (P5)."""
        ...

    def put_question(self, question: ExitQuestion) -> None: ...
    def latest_question(self, conversation_id: str) -> ExitQuestion | None: ...
    def question_of(self, declaration_id: str) -> ExitQuestion | None: ...
    def add_answer(self, answer: ExitAnswer) -> None: ...
    def answers(self, since: datetime | None = None) -> Sequence[ExitAnswer]:
        """Oldest first."""
        ...

    def answers_to(self, declaration_id: str) -> Sequence[ExitAnswer]:
        """Those about one declaration, oldest first."""
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
    def proofs_of(self, customer_ref: str, now: datetime) -> Sequence[Proof]:
        """The live proofs of this customer in all conversations, newest first."""
        ...

    def add_link(self, link: Link) -> None:
        """Adds it, and forgets links that ended long ago."""
        ...

    def use_link(self, token_digest: str, purpose: str, conversation_id: str, now: datetime) -> Link | None:
        """Uses it up for this conversation; None where it is unknown, used, over, or for something else."""
        ...

    def challenge(self, conversation_id: str) -> CodeChallenge | None: ...
    def put_challenge(self, challenge: CodeChallenge) -> None:
        """Replaces the conversation's challenge."""
        ...

    def end_challenge(self, conversation_id: str) -> None: ...
    def record_code_request(self, address_digest: str, conversation_id: str, at: datetime) -> None: ...
    def code_requests(self, *, address_digest: str, conversation_id: str, since: datetime) -> tuple[int, int]:
        """How many codes were asked for since then: for this address, and in this conversation."""
        ...

    def forget_code_requests(self, address_digest: str) -> None:
        """Forgets those for an address (demo reset)."""
        ...
