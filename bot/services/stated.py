"""What a receipt states, read from what is signed, so that a mail and the receipt can't differ."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.cancellations import OperationKind
from bot.domain.errors import ReceiptInvalidError
from bot.domain.money import Money
from bot.domain.receipts import Receipt, decode, kid_of, open_disclosures


@dataclass(frozen=True, slots=True)
class Stated:
    """The facts of a receipt, times in UTC. `personal` is what is disclosed: empty once it was erased."""

    number: str
    kind: OperationKind
    company: str
    plan: str
    received_at: datetime
    carried_out_at: datetime
    effective_at: datetime
    until: datetime | None
    charged: Money
    refunded: Money
    personal: Mapping[str, str]
    kid: str
    signature: str

    @property
    def ended(self) -> bool:
        """Whether it had ended when it was carried out; both are stated in whole seconds."""
        return self.effective_at <= self.carried_out_at


def read(receipt: Receipt) -> Stated:
    """Opens a receipt that we have signed. Raises `ReceiptInvalidError` for one that is none."""
    _, payload, signature = receipt.jws.split(".")
    signed, personal = open_disclosures(decode(payload), receipt.disclosures)
    claims: dict[str, Any] = signed
    kid = ""
    with suppress(ReceiptInvalidError):
        kid = kid_of(receipt.jws)
    return Stated(
        number=claims["number"],
        kind=OperationKind(claims["kind"]),
        company=claims["iss"],
        plan=claims["plan"],
        received_at=datetime.fromisoformat(claims["received_at"]),
        carried_out_at=datetime.fromisoformat(claims["carried_out_at"]),
        effective_at=datetime.fromisoformat(claims["effective_at"]),
        until=datetime.fromisoformat(claims["until"]) if "until" in claims else None,
        charged=_money(claims["charged"]),
        refunded=_money(claims["refunded"]),
        personal=personal,
        kid=kid,
        signature=signature,
    )


def _money(claim: Mapping[str, Any]) -> Money:
    return Money(claim["minor"], claim["currency"])
