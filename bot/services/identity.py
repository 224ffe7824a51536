"""Who is there: proofs and where they come from, one-time links, and what a platform says about its user.

A proof says who somebody is. What they may do follows from their role in the account, looked up when they act
(`Turn.recognise`). Nothing that a customer types makes a proof, but for a code that was sent to them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.customers import normalise_email, normalise_phone
from bot.domain.errors import ConflictError, NotFoundError
from bot.domain.identities import (
    LINK_HOLDS_FOR,
    LONGEST_LINK,
    Link,
    Proof,
    ProofSource,
    proof_of,
)
from bot.ports import UnitOfWork
from bot.services.dependencies import Dependencies
from bot.services.turn import Turn


@dataclass(frozen=True, slots=True)
class Known:
    """The account that an address or a number belongs to, and which member of it, if not its holder."""

    customer_ref: str
    member_id: str | None = None


@dataclass(frozen=True, slots=True)
class IssuedLink:
    """The token of a one-time link; it is shown once and kept only as a digest."""

    token: str
    expires_at: datetime


def prove(work: UnitOfWork, proof: Proof) -> None:
    """Stores a proof in place of an earlier one of its conversation, and whose conversation that is now."""
    work.identities.put_proof(proof)
    work.conversations.belongs_to(proof.conversation_id, proof.customer_ref)


def sign_in(turn: Turn, known: Known, source: ProofSource, until: datetime | None = None) -> None:
    """Proves who is there; from then on the turn is theirs, as far as their role goes.

    What is passed on, and so ends at `until`, is as old as where it was made: it must not be fresh again.
    """
    proof = proof_of(turn.conversation.id, known.customer_ref, source, turn.now, member_id=known.member_id)
    if until is not None:
        made_at = min(turn.now, until - (proof.expires_at - proof.proved_at))
        proof = replace(proof, proved_at=made_at, expires_at=min(proof.expires_at, until))
    prove(turn.work, proof)
    turn.work.identities.end_challenge(turn.conversation.id)
    turn.conversation = replace(turn.conversation, logged_out=False)
    turn.recognise(proof)


def by_email(work: UnitOfWork, email: str) -> Known | None:
    """Whose a normalised address is. The same statements, whether or not it is anybody's."""
    customer, member = work.customers.by_email(email), work.members.by_email(email)
    if customer is not None:
        return Known(customer.ref)
    return Known(member.customer_ref, member.id) if member is not None else None


def still_known(work: UnitOfWork, customer_ref: str | None, member_id: str | None) -> Known | None:
    """Who that was when a code was sent or a link made, unless the account or the member has gone since."""
    if customer_ref is None or work.customers.get(customer_ref) is None:
        return None
    if member_id is not None and work.members.get(member_id) is None:
        return None
    return Known(customer_ref, member_id)


def by_phone(work: UnitOfWork, number: str) -> Known | None:
    """Whose a verified number is; nobody's where it is two people's."""
    phone = normalise_phone(number)
    if phone is None:
        return None
    found = [Known(item.ref) for item in work.customers.by_phone(phone)]
    found += [Known(item.customer_ref, item.id) for item in work.members.by_phone(phone)]
    return found[0] if len(found) == 1 else None


def issue_link(
    deps: Dependencies, purpose: str, customer_ref: str, holds_for: timedelta = LINK_HOLDS_FOR
) -> IssuedLink:
    """Makes a one-time link for a customer, on the word of who asks: the company's own server or operator.

    `purpose` is the channel it opens. Raises `NotFoundError` for nobody's ref and `ValueError` for a time
    that is none or too long.
    """
    if not timedelta(0) < holds_for <= LONGEST_LINK:
        raise ValueError(f"a link holds for at most {LONGEST_LINK}")
    with deps.store.begin() as work:
        if work.customers.get(customer_ref) is None:
            raise NotFoundError("there is no such customer")
        issued = _issue(deps, work, purpose, Known(customer_ref), holds_for)
        work.commit()
    return issued


def pass_on(deps: Dependencies, conversation_id: str, purpose: str) -> IssuedLink:
    """Makes a one-time link that lets who is verified in a conversation go on in another channel.

    It proves no more and for no longer than the proof that stands here. Raises `ConflictError` where none
    does.
    """
    with deps.store.begin() as work:
        proof = work.identities.proof(conversation_id, deps.clock.now())
        known = still_known(work, proof.customer_ref, proof.member_id) if proof is not None else None
        if proof is None or known is None:
            raise ConflictError("nobody is verified in this conversation")
        issued = _issue(deps, work, purpose, known, LINK_HOLDS_FOR, proof.expires_at)
        work.commit()
    return issued


def _issue(
    deps: Dependencies,
    work: UnitOfWork,
    purpose: str,
    known: Known,
    holds_for: timedelta,
    proof_until: datetime | None = None,
) -> IssuedLink:
    token, expires_at = deps.ids.token(), deps.clock.now() + holds_for
    work.identities.add_link(
        Link(
            token_digest=deps.hasher.digest("link", token),
            purpose=purpose,
            customer_ref=known.customer_ref,
            member_id=known.member_id,
            expires_at=expires_at,
            proof_until=proof_until,
        )
    )
    return IssuedLink(token, expires_at)


def redeem_link(turn: Turn) -> bool:
    """Uses up the link of this message, and signs its owner in; False where it is not good here and now."""
    digest = turn.deps.hasher.digest("link", turn.entry.text or "")
    channel = turn.conversation.channel
    link = turn.work.identities.use_link(digest, channel, turn.conversation.id, turn.now)
    if link is None or (link.proof_until is not None and link.proof_until <= turn.now):
        return False
    known = still_known(turn.work, link.customer_ref, link.member_id)
    if known is None:
        return False
    sign_in(turn, known, ProofSource.LINK, link.proof_until)
    return True


def wants_vouching(deps: Dependencies, conversation_id: str) -> bool:
    """Whether a platform's word would help here: nobody is verified, and nobody has logged out here."""
    with deps.store.begin() as work:
        conversation = work.conversations.get(conversation_id)
        proof = work.identities.proof(conversation_id, deps.clock.now())
    return conversation is not None and not conversation.logged_out and proof is None


def vouched(deps: Dependencies, conversation_id: str, email: str) -> None:
    """Takes a trusted platform's word for its user's address as proof, where the address is anybody's."""
    with deps.store.begin() as work:
        now = deps.clock.now()
        conversation = work.conversations.lock(conversation_id)
        if conversation is None or conversation.logged_out or work.identities.proof(conversation_id, now):
            return
        known = by_email(work, normalise_email(email))
        if known is None:
            return
        source = ProofSource.WORKSPACE_PROFILE
        proof = proof_of(conversation_id, known.customer_ref, source, now, member_id=known.member_id)
        prove(work, proof)
        work.commit()


def log_out(turn: Turn) -> None:
    """Unlinks: nobody is verified here any more, and the platform's word alone does not change that."""
    turn.work.identities.end_proof(turn.conversation.id)
    turn.work.identities.end_challenge(turn.conversation.id)
    turn.conversation = replace(turn.conversation, logged_out=True)
    turn.recognise(None)


def fresh(turn: Turn) -> bool:
    """Whether the proof is young and strong enough for a sensitive act, such as deleting data."""
    return turn.customer is not None and turn.proof is not None and turn.proof.fresh(turn.now)
