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
from bot.ports.follow_ups import FollowUpRepository
from bot.ports.ledger import (
    BookRepository,
    CustomerRepository,
    DeclarationRepository,
    ExitInterviewRepository,
    IdentityRepository,
    MemberRepository,
    OperationRepository,
    ReceiptRepository,
    ViewRepository,
)
from bot.ports.retention import Retention
from bot.ports.staff import AuditRepository, DeskRepository, FindingRepository, StaffRepository
from bot.ports.visits import VisitRepository
from bot.ports.webhooks import WebhookRepository


class Outbox(Protocol):
    """Jobs that any replica may take over when a lease runs out."""

    def add(self, job: Job) -> bool:
        """False when a job with the same key is there or was."""
        ...

    def lease(self, owner: str, now: datetime, until: datetime, limit: int = 10) -> Sequence[Job]:
        """Takes due jobs that nobody works on, and counts an attempt for each."""
        ...

    def done(self, job_id: str) -> bool:
        """Forgets the payload; the key stays, so that the work is never done again.

        True for the first who says so: whoever does that within the work's own unit does it exactly once.
        """
        ...

    def retry(self, job_id: str, run_at: datetime) -> None: ...
    def give_up(self, job_id: str, fault: str) -> None:
        """It will never succeed: nobody gets it any more. It is kept, with why, for staff."""
        ...

    def open_of(self, kind: str, limit: int = 200) -> Sequence[Job]:
        """Those of a kind that are still to be done, whether they are due or not, soonest due first."""
        ...

    def given_up(self, limit: int | None = 200) -> Sequence[Job]:
        """Those, each with its fault, longest due first."""
        ...

    def revive(self, job_id: str, run_at: datetime) -> bool:
        """Has it tried anew, as if for the first time; False where there is none that was given up."""
        ...


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
    follow_ups: FollowUpRepository
    identities: IdentityRepository
    buttons: ButtonRepository
    cases: CaseRepository
    shadow: ShadowRepository
    outbox: Outbox
    deliveries: DeliveryRepository
    vault: Vault
    roles: Roles
    visits: VisitRepository
    views: ViewRepository
    webhooks: WebhookRepository
    retention: Retention
    staff: StaffRepository
    audit: AuditRepository
    finding: FindingRepository
    desk: DeskRepository

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

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """A transaction that only reads, and keeps nobody from writing."""
        ...
