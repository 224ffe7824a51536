"""Proving to be the customer by a code sent to the account's address; known or not, it goes alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.domain.conversations import Awaiting, Reply
from bot.domain.customers import is_email, normalise_email
from bot.domain.declarations import DeclarationState
from bot.domain.identities import CODE_HOLDS_FOR, PROOF_HOLDS_FOR, CodeChallenge, Proof, ProofSource
from bot.domain.outbox import Job
from bot.services import buttons, declarations
from bot.services.turn import Turn

#: New codes are slowed, not old ones refused: so many in so long, per address and per conversation, and what
#: is said then. 30 codes x 5 tries a day is one in about 6 700 for somebody who guesses all day.
_LIMITS = (
    (timedelta(days=1), 30, 20, "verify_wait_day"),
    (timedelta(hours=1), 12, 6, "verify_wait_hour"),
)


def begin(turn: Turn) -> Sequence[Reply]:
    """Records the declaration first, then asks for the address, unless it was in the same message."""
    said_now = declarations.declare(turn)
    # Said now, it waits for this proof, also where it had only been offered.
    declaration = declarations.move(turn, declarations.waiting(turn) or said_now, DeclarationState.WAITING)
    if turn.secrets.emails:
        turn.wait_for(Awaiting.EMAIL, declaration.id)
        return send_code(turn)
    if turn.conversation.awaiting is Awaiting.CODE and _live_challenge(turn):
        turn.wait_for(Awaiting.CODE, declaration.id)
        return [Reply("verify_code_still_good", {"declared_at": declaration.declared_at})]
    turn.wait_for(Awaiting.EMAIL, declaration.id)
    return [Reply("verify_ask_email")]


def ask(turn: Turn) -> Sequence[Reply]:
    """Asks for the address because what was asked for is the customer's own; nothing is declared by that."""
    if turn.secrets.emails:
        turn.wait_for(Awaiting.EMAIL)
        return send_code(turn)
    turn.wait_for(Awaiting.EMAIL)
    return [Reply("verify_ask_email")]


def send_code(turn: Turn) -> Sequence[Reply]:
    """Sends a code to the address in the message: one mail, same statements, same words for every address."""
    email = normalise_email(turn.secrets.emails[-1]) if turn.secrets.emails else ""
    if not is_email(email):
        turn.wait_for(Awaiting.EMAIL, turn.conversation.declaration_id)
        return [Reply("verify_email_unclear", buttons=(buttons.person(),))]
    digest = turn.deps.hasher.digest("address", email)
    wait = _too_many(turn, digest)
    if wait is not None:
        return [Reply(wait, buttons=(buttons.person(),))]
    code = turn.deps.ids.code()
    customer = turn.work.customers.by_email(email)
    turn.work.identities.record_code_request(digest, turn.conversation.id, turn.now)
    turn.work.identities.put_challenge(
        CodeChallenge(
            conversation_id=turn.conversation.id,
            declaration_id=turn.conversation.declaration_id,
            customer_ref=customer.ref if customer else None,
            code_hash=turn.deps.hasher.digest("code", f"{turn.conversation.id}:{code}"),
            issued_at=turn.now,
            expires_at=turn.now + CODE_HOLDS_FOR,
        )
    )
    payload = {
        "to": email,
        "locale": turn.conversation.locale,
        "template": "mail_code" if customer else "mail_no_account",
        "code": code if customer else "",
    }
    turn.work.outbox.add(Job(turn.deps.ids.new("j"), "mail", f"code:{turn.entry.id}", payload, turn.now))
    turn.wait_for(Awaiting.CODE, turn.conversation.declaration_id)
    return [Reply("verify_code_sent", {"minutes": str(int(CODE_HOLDS_FOR.total_seconds() // 60))})]


def give_email(turn: Turn) -> Sequence[Reply]:
    """Takes an address, where one is wanted or a declaration waits for it."""
    if turn.conversation.awaiting not in {Awaiting.EMAIL, Awaiting.CODE}:
        declaration = declarations.waiting(turn)
        if turn.customer is not None or declaration is None:
            return []
        turn.wait_for(Awaiting.EMAIL, declaration.id)
    return send_code(turn)


def check_code(turn: Turn) -> CodeChallenge | Sequence[Reply]:
    """Checks a code: only the conversation that asked for it can use it, or use up its tries.

    Returns the challenge that was met, with the proof recorded and `turn.customer` set; else what to answer.
    """
    challenge = turn.work.identities.challenge(turn.conversation.id)
    if challenge is None:
        return _start_again(turn, "verify_no_code") if turn.customer is None else []
    if not challenge.live(turn.now):
        return _start_again(turn, "verify_code_expired")
    if not turn.secrets.codes:
        return [Reply("verify_code_unclear", buttons=(buttons.person(),))]
    given = f"{turn.conversation.id}:{turn.secrets.codes[-1]}"
    right = turn.deps.hasher.matches("code", given, challenge.code_hash)
    customer = turn.work.customers.lock(challenge.customer_ref) if right and challenge.customer_ref else None
    if customer is None:
        return _wrong(turn, challenge)
    turn.work.identities.end_challenge(turn.conversation.id)
    turn.customer = customer
    until = turn.now + PROOF_HOLDS_FOR
    turn.work.identities.put_proof(
        Proof(turn.conversation.id, customer.ref, ProofSource.EMAIL_CODE, turn.now, until)
    )
    turn.wait_for(None)
    return challenge


def _wrong(turn: Turn, challenge: CodeChallenge) -> Sequence[Reply]:
    left = challenge.tries_left - 1
    if left <= 0:
        turn.work.identities.end_challenge(turn.conversation.id)
        return _start_again(turn, "verify_code_used_up", challenge.declaration_id)
    turn.work.identities.put_challenge(replace(challenge, tries_left=left))
    turn.wait_for(Awaiting.CODE, challenge.declaration_id)
    return [Reply("verify_code_wrong")]


def _start_again(turn: Turn, message: str, declaration_id: str | None = None) -> Sequence[Reply]:
    waiting = declarations.waiting(turn)
    turn.wait_for(Awaiting.EMAIL, declaration_id or (waiting.id if waiting else None))
    return [Reply(message)]


def _live_challenge(turn: Turn) -> bool:
    challenge = turn.work.identities.challenge(turn.conversation.id)
    return challenge is not None and challenge.live(turn.now)


def _too_many(turn: Turn, digest: str) -> str | None:
    """What to say where a limit is reached, the longest one first; None where a code may be sent."""
    for span, per_address, per_conversation, message in _LIMITS:
        by_address, by_conversation = turn.work.identities.code_requests(
            address_digest=digest, conversation_id=turn.conversation.id, since=turn.now - span
        )
        if by_address >= per_address or by_conversation >= per_conversation:
            return message
    return None
