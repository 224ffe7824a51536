"""The database as a whole: units of work, and the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from bot.domain.outbox import Job
from bot.ports.chat import (
    ButtonRepository,
    CaseRepository,
    ConversationRepository,
    InboxRepository,
    MessageRepository,
    ShadowRepository,
)
from bot.ports.delivering import DeliveryRepository, Roles, Vault
from bot.ports.ledger import (
    BookRepository,
    CustomerRepository,
    DeclarationRepository,
    ExitInterviewRepository,
    IdentityRepository,
    MemberRepository,
    OperationRepository,
    ReceiptRepository,
)
from bot.ports.visits import VisitRepository


class Outbox(Protocol):
    """Jobs that any replica may take over when a lease runs out."""

    def add(self, job: Job) -> bool:
        """False when a job with the same key is there or was."""
        ...

    def lease(self, owner: str, now: datetime, until: datetime, limit: int = 10) -> Sequence[Job]:
        """Takes due jobs that nobody works on, and counts an attempt for each."""
        ...

    def done(self, job_id: str) -> None:
        """Forgets the payload; the key stays, so that the work is never done again."""
        ...

    def retry(self, job_id: str, run_at: datetime) -> None: ...


class UnitOfWork(Protocol):
    """One transaction. Leaving it without `commit` rolls back."""

    customers: CustomerRepository
    members: MemberRepository
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
    shadow: ShadowRepository
    outbox: Outbox
    deliveries: DeliveryRepository
    vault: Vault
    roles: Roles
    visits: VisitRepository

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
        """A writing transaction; it holds what it needs from the start, so none fails half-way."""
        ...
