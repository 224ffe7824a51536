"""Proving to be the customer by a code sent to the account's address; known or not, it goes alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.domain.conversations import HOLDS_ACCOUNTS, SHARES_CONTACTS, Awaiting, Reply
from bot.domain.customers import is_email, normalise_email
from bot.domain.declarations import Declaration, DeclarationState
from bot.domain.identities import CODE_HOLDS_FOR, CodeChallenge, ProofSource
from bot.domain.outbox import Job
from bot.services import buttons, declarations, identity
from bot.services.turn import Turn

#: New codes are slowed, not old ones refused: so many in so long, per address and per conversation, and what
#: is said then. 30 codes x 5 tries a day is one in about 6 700 for somebody who guesses all day.
_LIMITS = (
    (timedelta(days=1), 30, 20, "verify_wait_day"),
    (timedelta(hours=1), 12, 6, "verify_wait_hour"),
)
#: Anybody can open one web session after another and use up what an address is allowed, to lock its owner
#: out. Where an identity can't be had by opening a window, so many times as much is allowed: one in 2 200.
_WHERE_ACCOUNTS_ARE_HELD = 3


def begin(turn: Turn) -> Sequence[Reply]:
    """Records the declaration first, then asks for the address, unless it was in the same message.

    Who is known and may not decide is told so; a code to an address that may is still the way.
    """
    said_now = declarations.declare(turn)
    # Said now, it waits for this proof, also where it had only been offered.
    declaration = declarations.move(turn, declarations.waiting(turn) or said_now, DeclarationState.WAITING)
    if turn.secrets.emails:
        _wait(turn, Awaiting.EMAIL, declaration.id)
        return send_code(turn)
    if turn.conversation.awaiting is Awaiting.CODE and _live_challenge(turn):
        _wait(turn, Awaiting.CODE, declaration.id)
        return [Reply("verify_code_still_good", {"declared_at": declaration.declared_at})]
    _wait(turn, Awaiting.EMAIL, declaration.id)
    return ask_who(turn)


def begin_with(turn: Turn, declaration: Declaration) -> Sequence[Reply]:
    """Asks for the address for something else that was declared and counts from when it was said."""
    _wait(turn, Awaiting.EMAIL, declaration.id)
    return send_code(turn) if turn.secrets.emails else ask_who(turn)


def ask(turn: Turn, purpose: str | None = None) -> Sequence[Reply]:
    """Asks for the address because what was asked for is the customer's own; nothing is declared by that.

    `purpose` is the intent that goes on once the code is met.
    """
    turn.wait_for(Awaiting.EMAIL, None, purpose)
    return send_code(turn) if turn.secrets.emails else ask_who(turn)


def ask_who(turn: Turn) -> Sequence[Reply]:
    """The question for the address, with the ways to answer it that this channel has."""
    if turn.colleague is not None:
        return [Reply("verify_not_yours", buttons=(buttons.person(),))]
    shared = (buttons.share_contact(),) if turn.conversation.channel in SHARES_CONTACTS else ()
    return [Reply("verify_ask_email_or_phone" if shared else "verify_ask_email", buttons=shared)]


def renew(turn: Turn, purpose: str) -> Sequence[Reply]:
    """Has who is verified prove it once more before a sensitive act; the code goes to the address we know."""
    if turn.customer is None or turn.proof is None:
        return ask(turn, purpose)
    member = turn.work.members.get(turn.proof.member_id) if turn.proof.member_id else None
    known = identity.Known(turn.customer.ref, turn.proof.member_id)
    turn.wait_for(Awaiting.CODE, None, purpose)
    return _send_code_to(turn, member.email if member else turn.customer.email, known, "verify_once_more")


def send_code(turn: Turn) -> Sequence[Reply]:
    """Sends a code to the address in the message: one mail, same statements, same words for every address."""
    email = normalise_email(turn.secrets.emails[-1]) if turn.secrets.emails else ""
    if not is_email(email):
        _wait(turn, Awaiting.EMAIL, turn.conversation.declaration_id)
        return [Reply("verify_email_unclear", buttons=(buttons.person(),))]
    return _send_code_to(turn, email, identity.by_email(turn.work, email), "verify_code_sent")


def _send_code_to(turn: Turn, email: str, known: identity.Known | None, message: str) -> Sequence[Reply]:
    digest = turn.deps.hasher.digest("address", email)
    wait = _too_many(turn, digest, known)
    if wait is not None:
        return [Reply(wait, buttons=(buttons.person(),))]
    code = turn.deps.ids.code()
    turn.work.identities.record_code_request(digest, turn.conversation.id, turn.now)
    turn.work.identities.put_challenge(
        CodeChallenge(
            conversation_id=turn.conversation.id,
            declaration_id=turn.conversation.declaration_id,
            customer_ref=known.customer_ref if known else None,
            member_id=known.member_id if known else None,
            purpose=turn.conversation.purpose,
            code_hash=turn.deps.hasher.digest("code", f"{turn.conversation.id}:{code}"),
            issued_at=turn.now,
            expires_at=turn.now + CODE_HOLDS_FOR,
        )
    )
    payload = {
        "to": email,
        "locale": turn.conversation.locale,
        "template": "mail_code" if known else "mail_no_account",
        "code": code if known else "",
        # A mail that was held up for longer would say "good for ten minutes" of a code that is not.
        "until": (turn.now + CODE_HOLDS_FOR).isoformat(),
    }
    turn.work.outbox.add(Job(turn.deps.ids.new("j"), "mail", f"code:{turn.entry.id}", payload, turn.now))
    _wait(turn, Awaiting.CODE, turn.conversation.declaration_id)
    return [Reply(message, {"minutes": str(int(CODE_HOLDS_FOR.total_seconds() // 60))})]


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

    Returns the challenge that was met, with the proof recorded and the turn theirs; else what to answer.
    """
    challenge = turn.work.identities.challenge(turn.conversation.id)
    if challenge is None:
        return _start_again(turn, "verify_no_code") if turn.customer is None else []
    challenge = _with_wish(turn, challenge)
    if not challenge.live(turn.now):
        return _start_again(turn, "verify_code_expired", challenge)
    if not turn.secrets.codes:
        return [Reply("verify_code_unclear", buttons=(buttons.person(),))]
    given = f"{turn.conversation.id}:{turn.secrets.codes[-1]}"
    right = turn.deps.hasher.matches("code", given, challenge.code_hash)
    known = identity.still_known(turn.work, challenge.customer_ref, challenge.member_id) if right else None
    if known is None:
        return _wrong(turn, challenge)
    identity.sign_in(turn, known, ProofSource.EMAIL_CODE)
    turn.wait_for(None)
    return challenge


def _wrong(turn: Turn, challenge: CodeChallenge) -> Sequence[Reply]:
    left = challenge.tries_left - 1
    if left <= 0:
        turn.work.identities.end_challenge(turn.conversation.id)
        return _start_again(turn, "verify_code_used_up", challenge)
    turn.work.identities.put_challenge(replace(challenge, tries_left=left))
    turn.wait_for(Awaiting.CODE, challenge.declaration_id, challenge.purpose)
    return [Reply("verify_code_wrong")]


def _with_wish(turn: Turn, challenge: CodeChallenge) -> CodeChallenge:
    """With the wish that was said while the code was open, where it was sent for none."""
    if challenge.declaration_id is not None or turn.conversation.awaiting is not Awaiting.CODE:
        return challenge
    return replace(challenge, declaration_id=turn.conversation.declaration_id)


def _start_again(turn: Turn, message: str, ended: CodeChallenge | None = None) -> Sequence[Reply]:
    """Asks for the address once more, for what the code that has ended was for and nothing else (P4)."""
    if ended is not None:
        turn.wait_for(Awaiting.EMAIL, ended.declaration_id, ended.purpose)
    else:
        _wait(turn, Awaiting.EMAIL, asked_for(turn))
    return [Reply(message)]


def asked_for(turn: Turn) -> str | None:
    """The wish that a proof is asked for: of the question that is open, else the one that waits longest."""
    if turn.conversation.awaiting in {Awaiting.EMAIL, Awaiting.CODE}:
        return turn.conversation.declaration_id
    waiting = declarations.waiting(turn)
    return waiting.id if waiting else None


def _wait(turn: Turn, awaiting: Awaiting, declaration_id: str | None) -> None:
    """The next step of the same verification: what it is for stays."""
    turn.wait_for(awaiting, declaration_id, turn.conversation.purpose)


def _live_challenge(turn: Turn) -> bool:
    challenge = turn.work.identities.challenge(turn.conversation.id)
    return challenge is not None and challenge.live(turn.now)


def _too_many(turn: Turn, digest: str, known: identity.Known | None) -> str | None:
    """What to say where a limit is reached, the longest one first; None where a code may be sent.

    Who is verified is allowed more for their own address only: with an account of one's own, nobody gets to
    use up what another's address is allowed.
    """
    proof = turn.proof
    own = proof is not None and known == identity.Known(proof.customer_ref, proof.member_id)
    held = own or turn.conversation.channel in HOLDS_ACCOUNTS
    for span, per_address, per_conversation, message in _LIMITS:
        by_address, by_conversation = turn.work.identities.code_requests(
            address_digest=digest, conversation_id=turn.conversation.id, since=turn.now - span
        )
        allowed = per_address * (_WHERE_ACCOUNTS_ARE_HELD if held else 1)
        if by_address >= allowed or by_conversation >= per_conversation:
            return message
    return None
