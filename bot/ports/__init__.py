"""What services need from the outside, as Protocols; adapters implement them, `bot.bootstrap` picks."""

from bot.ports.billing import (
    Abilities,
    Billing,
    BillingNews,
    BillingProvider,
    CancelAt,
    EmbeddedBilling,
    RemoteBilling,
)
from bot.ports.changes import Changes, Heard, Watch
from bot.ports.chat import (
    ButtonRepository,
    CaseRepository,
    ConversationRepository,
    InboxRepository,
    MessageRepository,
    ShadowRepository,
)
from bot.ports.cryptography import Hasher, IdentityClaim, IdentityTokens, ReceiptSigner
from bot.ports.dates import DateReader
from bot.ports.delivering import DeliveryRepository, Roles, Vault
from bot.ports.follow_ups import FollowUpRepository
from bot.ports.languages import LanguageDetector
from bot.ports.ledger import (
    BookRepository,
    CustomerRepository,
    DeclarationRepository,
    ExitInterviewRepository,
    IdentityRepository,
    MemberRepository,
    OperationRepository,
    ReceiptRepository,
    View,
    ViewRepository,
)
from bot.ports.retention import Retention
from bot.ports.staff import (
    AuditRepository,
    DeskRepository,
    FindingRepository,
    Passwords,
    SecondFactors,
    StaffRepository,
)
from bot.ports.store import Outbox, Store, UnitOfWork
from bot.ports.system import Clock, Ids, Mailer, Wording
from bot.ports.visits import VisitRepository
from bot.ports.webhooks import WebhookRepository, WebhookSender

__all__ = [
    "Abilities",
    "AuditRepository",
    "Billing",
    "BillingNews",
    "BillingProvider",
    "BookRepository",
    "ButtonRepository",
    "CancelAt",
    "CaseRepository",
    "Changes",
    "Clock",
    "ConversationRepository",
    "CustomerRepository",
    "DateReader",
    "DeclarationRepository",
    "DeliveryRepository",
    "DeskRepository",
    "EmbeddedBilling",
    "ExitInterviewRepository",
    "FindingRepository",
    "FollowUpRepository",
    "Hasher",
    "Heard",
    "IdentityClaim",
    "IdentityRepository",
    "IdentityTokens",
    "Ids",
    "InboxRepository",
    "LanguageDetector",
    "Mailer",
    "MemberRepository",
    "MessageRepository",
    "OperationRepository",
    "Outbox",
    "Passwords",
    "ReceiptRepository",
    "ReceiptSigner",
    "RemoteBilling",
    "Retention",
    "Roles",
    "SecondFactors",
    "ShadowRepository",
    "StaffRepository",
    "Store",
    "UnitOfWork",
    "Vault",
    "View",
    "ViewRepository",
    "VisitRepository",
    "Watch",
    "WebhookRepository",
    "WebhookSender",
    "Wording",
]
