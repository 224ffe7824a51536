"""Proofs of identity: who proved to be which customer, in which conversation, how and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

#: A proof made in a web conversation holds this long; then the e-mail code renews it.
PROOF_HOLDS_FOR = timedelta(hours=24)
#: A code is good for this long.
CODE_HOLDS_FOR = timedelta(minutes=10)
#: Wrong tries, in the conversation that asked for the code, that end it.
CODE_TRIES = 5


class ProofSource(StrEnum):
    """How the customer proved who they are."""

    WEB_TOKEN = "web_token"  # noqa: S105 - the name of a kind of proof, not a secret
    EMAIL_CODE = "email_code"


@dataclass(frozen=True, slots=True)
class Proof:
    """Bound to one conversation. Times are UTC."""

    conversation_id: str
    customer_ref: str
    source: ProofSource
    proved_at: datetime
    expires_at: datetime

    def holds(self, now: datetime) -> bool:
        """Whether it still stands."""
        return now < self.expires_at


@dataclass(frozen=True, slots=True)
class CodeChallenge:
    """The one code a conversation may have open.

    `customer_ref` is None where the address belongs to nobody: such a code is never sent, and never matches,
    but everything else happens alike. `code_hash` is keyed and bound to the conversation.
    """

    conversation_id: str
    declaration_id: str | None
    customer_ref: str | None
    code_hash: str
    issued_at: datetime
    expires_at: datetime
    tries_left: int = CODE_TRIES

    def live(self, now: datetime) -> bool:
        """Whether a code can still be entered."""
        return now < self.expires_at and self.tries_left > 0
