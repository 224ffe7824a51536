"""One transaction over all repositories, and the store that opens them."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine

from bot import ports
from bot.domain.errors import ConflictError
from bot.store.audit import SqlAudit
from bot.store.cases import SqlCases
from bot.store.conversations import SqlButtons, SqlConversations
from bot.store.customers import SqlBook, SqlCustomers
from bot.store.deliveries import SqlDeliveries, SqlRoles, SqlVault
from bot.store.desk import SqlDesk
from bot.store.engine import LOCK_SECONDS, READING
from bot.store.exit_interviews import SqlExitInterviews
from bot.store.finding import SqlFinding
from bot.store.follow_ups import SqlFollowUps
from bot.store.identities import SqlIdentities
from bot.store.inbox import SqlInbox
from bot.store.ledger import SqlDeclarations, SqlOperations, SqlReceipts
from bot.store.members import SqlMembers
from bot.store.messages import SqlMessages
from bot.store.outbox import SqlOutbox
from bot.store.retention import SqlRetention
from bot.store.shadow import SqlShadow
from bot.store.staff import SqlStaff
from bot.store.types import Sealer
from bot.store.views import SqlViews
from bot.store.visits import SqlVisits
from bot.store.webhooks import SqlWebhooks


class SqlUnitOfWork:
    """Implements `ports.UnitOfWork`. Good for one `with` block; committing ends it."""

    customers: ports.CustomerRepository
    members: ports.MemberRepository
    book: ports.BookRepository
    conversations: ports.ConversationRepository
    messages: ports.MessageRepository
    inbox: ports.InboxRepository
    declarations: ports.DeclarationRepository
    operations: ports.OperationRepository
    receipts: ports.ReceiptRepository
    exit_interviews: ports.ExitInterviewRepository
    follow_ups: ports.FollowUpRepository
    identities: ports.IdentityRepository
    buttons: ports.ButtonRepository
    cases: ports.CaseRepository
    shadow: ports.ShadowRepository
    outbox: ports.Outbox
    deliveries: ports.DeliveryRepository
    vault: ports.Vault
    roles: ports.Roles
    visits: ports.VisitRepository
    views: ports.ViewRepository
    webhooks: ports.WebhookRepository
    retention: ports.Retention
    staff: ports.StaffRepository
    audit: ports.AuditRepository
    finding: ports.FindingRepository
    desk: ports.DeskRepository

    def __init__(
        self, engine: Engine, sealer: Sealer, turn: threading.Lock | None, *, reading: bool = False
    ) -> None:
        self._engine = engine
        self._sealer = sealer
        self._turn = turn
        self._reading = reading
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        if self._turn is not None and not self._turn.acquire(timeout=LOCK_SECONDS):
            raise ConflictError(f"another unit of work has held the database for {LOCK_SECONDS} seconds")
        try:
            self._open(self._engine.connect().execution_options(**{READING: self._reading}))
        except BaseException:
            self._end()
            raise
        return self

    def _open(self, connection: Connection) -> None:
        self._connection = connection
        connection.begin()
        given = (connection, self._sealer)
        self.customers, self.book = SqlCustomers(*given), SqlBook(*given)
        self.conversations, self.messages, self.buttons = (
            SqlConversations(*given),
            SqlMessages(*given),
            SqlButtons(*given),
        )
        self.inbox, self.outbox = SqlInbox(*given), SqlOutbox(*given)
        self.declarations, self.operations = SqlDeclarations(*given), SqlOperations(*given)
        self.receipts, self.exit_interviews = SqlReceipts(*given), SqlExitInterviews(*given)
        self.identities, self.cases = SqlIdentities(*given), SqlCases(*given)
        self.shadow, self.members = SqlShadow(*given), SqlMembers(*given)
        self.deliveries, self.vault, self.roles = (
            SqlDeliveries(*given),
            SqlVault(*given),
            SqlRoles(*given),
        )
        self.visits, self.views = SqlVisits(*given), SqlViews(*given)
        self.follow_ups = SqlFollowUps(*given)
        self.webhooks, self.retention = SqlWebhooks(*given), SqlRetention(*given)
        self.staff, self.audit = SqlStaff(*given), SqlAudit(*given)
        self.finding, self.desk = SqlFinding(*given), SqlDesk(*given)

    def commit(self) -> None:
        if self._connection is None:
            raise ConflictError("this unit of work has ended")
        self._connection.commit()
        # Closed at once: a write after the commit would otherwise begin a transaction that nobody ends.
        self._end()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._connection is not None:
            self._end()

    def _end(self) -> None:
        """Gives everything back; closing a connection rolls back what was not committed."""
        connection, self._connection = self._connection, None
        try:
            if connection is not None:
                connection.close()
        finally:
            if self._turn is not None:
                self._turn.release()


class SqlStore:
    """Implements `ports.Store` on an engine of `open_engine`, migrated by `migrate`."""

    def __init__(self, engine: Engine, sealer: Sealer) -> None:
        self._engine = engine
        self._sealer = sealer
        # SQLite has one writer. Threads of this process queue here and are woken the moment it is free;
        # SQLite's own way of waiting, which serves between processes, is to sleep and ask again.
        self._turn = threading.Lock() if engine.dialect.name == "sqlite" else None

    def begin(self) -> SqlUnitOfWork:
        """A writing transaction; enter it with `with`."""
        return SqlUnitOfWork(self._engine, self._sealer, self._turn)

    def reading(self) -> SqlUnitOfWork:
        """A transaction that only reads: on SQLite it waits for nobody, and nobody for it."""
        return SqlUnitOfWork(self._engine, self._sealer, None, reading=True)
