"""Proofs of identity: who proved to be whom, in which conversation, how, how strongly and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

#: A code is good for this long.
CODE_HOLDS_FOR = timedelta(minutes=10)
#: Wrong tries, in the conversation that asked for the code, that end it.
CODE_TRIES = 5
#: A one-time link is good for this long, unless its maker says otherwise; and never for longer than that.
LINK_HOLDS_FOR, LONGEST_LINK = timedelta(minutes=15), timedelta(hours=24)
#: Sensitive acts, such as deleting data, take a proof no older than this.
FRESH_FOR = timedelta(minutes=10)


class Strength(IntEnum):
    """How hard it would be for somebody else to have made this proof."""

    LOW = 1  # an administrator of somebody else's system could
    MEDIUM = 2  # whoever reads the customer's mail or holds their phone could
    HIGH = 3  # only with the company's own keys, or from a session the customer had proved already


class ProofSource(StrEnum):
    """How the customer proved who they are."""

    WEB_TOKEN = "web_token"  # noqa: S105 - the name of a kind of proof, not a secret
    EMAIL_CODE = "email_code"
    LINK = "link"
    CONTACT = "contact"
    WORKSPACE_PROFILE = "workspace_profile"


_STRENGTHS = {
    ProofSource.WEB_TOKEN: Strength.HIGH,
    ProofSource.EMAIL_CODE: Strength.MEDIUM,
    ProofSource.LINK: Strength.HIGH,
    ProofSource.CONTACT: Strength.MEDIUM,
    ProofSource.WORKSPACE_PROFILE: Strength.LOW,
}
_HOLDS_FOR = {source: timedelta(hours=24) for source in ProofSource} | {
    # Asked for again by itself, so that who left the workspace is not taken for its member all day.
    ProofSource.WORKSPACE_PROFILE: timedelta(hours=1)
}


@dataclass(frozen=True, slots=True)
class Proof:
    """Says *who*, bound to one conversation; what they may do is decided by their role. Times are UTC.

    `member_id` is set where it is a member of the account and not its holder.
    """

    conversation_id: str
    customer_ref: str
    source: ProofSource
    proved_at: datetime
    expires_at: datetime
    member_id: str | None = None

    @property
    def strength(self) -> Strength:
        """How much it says."""
        return _STRENGTHS[self.source]

    def holds(self, now: datetime) -> bool:
        """Whether it still stands."""
        return now < self.expires_at

    def fresh(self, now: datetime) -> bool:
        """Whether it is young and strong enough for a sensitive act."""
        return now < self.proved_at + FRESH_FOR and self.strength >= Strength.MEDIUM


def proof_of(
    conversation_id: str,
    customer_ref: str,
    source: ProofSource,
    now: datetime,
    *,
    member_id: str | None = None,
) -> Proof:
    """A proof made now, for as long as its source holds."""
    return Proof(conversation_id, customer_ref, source, now, now + _HOLDS_FOR[source], member_id)


@dataclass(frozen=True, slots=True)
class CodeChallenge:
    """The one code a conversation may have open.

    `customer_ref` is None where the address belongs to nobody: such a code is never sent, and never matches,
    but everything else happens alike. `code_hash` is keyed and bound to the conversation. `purpose` is the
    intent that goes on once the code is met, where it was asked for by one.
    """

    conversation_id: str
    declaration_id: str | None
    customer_ref: str | None
    code_hash: str
    issued_at: datetime
    expires_at: datetime
    tries_left: int = CODE_TRIES
    member_id: str | None = None
    purpose: str | None = None

    def live(self, now: datetime) -> bool:
        """Whether a code can still be entered."""
        return now < self.expires_at and self.tries_left > 0


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link into a channel for somebody who is known where it was made. Times are UTC.

    Kept by the digest of its token. `purpose` is the name of the channel it opens, and good for nothing else;
    `proof_until` ends what it proves, where the proof it passes on ends.
    """

    token_digest: str
    purpose: str
    customer_ref: str
    expires_at: datetime
    member_id: str | None = None
    proof_until: datetime | None = None
