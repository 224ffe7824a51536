"""Paying back: by refunds of what was paid last, newest first, each with the operation's mark and key.

What can't go back the way it came (a balance has paid it, or the payment takes no refund) becomes a credit
note in the customer's favour. More than was paid is never given back, whoever gave it back before; and what
others give back once it is known what is owed counts as paid back.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.billing.stripe.account import Account
from bot.billing.stripe.marks import END, Mark
from bot.billing.stripe.money import to_stripe
from bot.billing.stripe.payments import (
    MARK,
    PaidInvoice,
    Payment,
    charged_after,
    credit_note_made,
    paid_invoices,
    refund_made,
)
from bot.domain.errors import BillingRefusedError, NotFoundError

log = logging.getLogger(__name__)

#: A renewal is charged an hour after it has come, so that its invoice can be changed until then.
_NOT_CHARGED_YET = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class PayingBack:
    """Pays back what one operation owes. What it has paid already is found by its mark, however old."""

    account: Account
    subscription: str
    key: str

    def settle(self, mark: Mark) -> None:
        """Pays back what is missing of what the operation owes. Repeating it changes nothing.

        Where it was ended late, because nobody could be reached, what was charged after the end that was
        asked for is owed too.
        """
        owed = to_stripe(mark.refund) if mark.refund else 0
        if mark.kind == END and mark.at - mark.until > _NOT_CHARGED_YET:
            owed += charged_after(self.account, self.subscription, mark.until)
        if owed:
            # An end that is carried out late was told when it was asked for.
            self._pay(owed, min(mark.at, mark.until))

    def _pay(self, owed: int, told: datetime) -> None:
        invoices = self._worked_out_from(owed, told)
        missing = owed - sum(item.ours + item.theirs for item in invoices)
        for invoice in invoices:
            refunded = self._refund(invoice, min(missing, invoice.left))
            missing -= refunded
            missing -= self._credit(invoice, min(missing, invoice.left - refunded))
        if missing > 0:
            log.warning("stripe_paid_back_less: subscription %s, missing %d", self.subscription, missing)

    def _worked_out_from(self, owed: int, told: datetime) -> list[PaidInvoice]:
        """The invoices that make up what is owed: the newest that came to as much, whatever is left of them.

        What is missing there is not taken from an older one, which was used; unless it has room for the whole
        of that: then everything was to come back, but for what had come back before.
        """
        made_of: list[PaidInvoice] = []
        for invoice in paid_invoices(self.account, self.subscription, self.key, told):
            missing = owed - sum(item.left + item.ours + item.theirs for item in made_of)
            if sum(item.paid for item in made_of) >= owed and missing < invoice.paid:
                break
            made_of.append(invoice)
        return made_of

    def _refund(self, invoice: PaidInvoice, most: int) -> int:
        """Refunds what an invoice's payments have free, up to so much."""
        done = 0
        for payment in invoice.payments:
            amount = min(payment.free, most - done)
            if amount > 0 and self._refunded(payment, amount):
                done += amount
        return done

    def _refunded(self, payment: Payment, amount: int) -> bool:
        """Refunds a part of one payment; False where it takes no refund."""
        try:
            self.account.post(
                self.account.api.refunds.create,
                key=f"{self.key}/refund/{payment.id}",
                unless=lambda: refund_made(self.account, payment, self.key),
                **payment.by,
                amount=amount,
                reason="requested_by_customer",
                metadata={MARK: self.key},
            )
        except (BillingRefusedError, NotFoundError):
            return False
        return True

    def _credit(self, invoice: PaidInvoice, amount: int) -> int:
        """Gives a part of an invoice to the customer's balance; returns how much of it."""
        if amount <= 0:
            return 0
        try:
            self.account.post(
                self.account.api.credit_notes.create,
                key=f"{self.key}/credit/{invoice.id}",
                unless=lambda: credit_note_made(self.account, invoice, self.key),
                invoice=invoice.id,
                amount=amount,
                credit_amount=amount,
                # We write to the customer ourselves.
                email_type="none",
                metadata={MARK: self.key},
            )
        except (BillingRefusedError, NotFoundError):
            return 0
        log.warning("stripe_credited: subscription %s, a refund was not possible", self.subscription)
        return amount
