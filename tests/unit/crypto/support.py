"""A clock to set, and a receipt to sign, for the tests of what signs and checks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.crypto.receipt_signing import Ed25519ReceiptSigner
from bot.domain.cancellations import OperationKind
from bot.domain.money import Money
from bot.domain.receipts import PERSONAL_FIELDS, ReceiptFacts, payload_of

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FACTS = ReceiptFacts(
    number="R-4F7K-9M2Q",
    kind=OperationKind.CANCEL,
    company="Lantern Notes",
    customer_ref="demo-solo",
    customer_name="Ada Müller",
    subscription_ref="sub-1",
    plan_name="Pro",
    generation=1,
    words="I want to cancel — bye",
    received_at=NOON,
    carried_out_at=NOON + timedelta(seconds=1),
    effective_at=NOON + timedelta(days=8),
    charged=Money(0, "EUR"),
    refunded=Money(0, "EUR"),
)


@dataclass
class SetClock:
    """A clock that stands where it is put."""

    at: datetime = field(default=NOON)

    def now(self) -> datetime:
        """The time it was set to."""
        return self.at


def issue(signer: Ed25519ReceiptSigner, facts: ReceiptFacts = FACTS) -> dict[str, object]:
    """A receipt as the page hands it out."""
    payload, disclosures = payload_of(facts, {name: signer.salt() for name in PERSONAL_FIELDS})
    return {"jws": signer.sign(payload), "disclosures": list(disclosures)}
