"""What services need from the outside, as Protocols; adapters implement them, `bot.bootstrap` picks."""

from bot.ports.billing import Billing, BillingProvider, CancelAt
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
)
from bot.ports.store import Outbox, Store, UnitOfWork
from bot.ports.system import Clock, Ids, Mailer, Wording
from bot.ports.visits import VisitRepository

__all__ = [
    "Billing",
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
    "ExitInterviewRepository",
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
    "ReceiptRepository",
    "ReceiptSigner",
    "Roles",
    "ShadowRepository",
    "Store",
    "UnitOfWork",
    "Vault",
    "VisitRepository",
    "Watch",
    "Wording",
]
