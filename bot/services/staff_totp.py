"""Staff's own credentials: the password, the authenticator, and codes for when the phone is lost."""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from bot.domain.audit import Action
from bot.domain.staff import NO_STEP, RECOVERY_CODES, Purpose, Staff, StaffToken
from bot.ports import UnitOfWork
from bot.services import audit, staff_tries
from bot.services.doors import Doors, SignInRefusedError
from bot.services.staff import check_password, get, recovery_digest


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator is given; it counts once a code of it was typed."""

    secret: str
    uri: str


def begin(doors: Doors, staff_id: str, session_id: str) -> Enrolment:
    """A secret that waits for its first code. It is this session's own: nobody has seen it in another one.

    Raises `SignInRefusedError` where there is an authenticator already.
    """
    deps = doors.deps
    with deps.store.begin() as work:
        member = _locked(work, staff_id)
        if member.has_totp:
            raise SignInRefusedError("there is an authenticator already")
        kept = member.totp or doors.codes.secret()
        work.staff.put(replace(member, totp=kept, totp_step=NO_STEP))
        work.commit()
    secret = _of_session(doors, kept, session_id)
    return Enrolment(secret, doors.codes.uri(secret, member.email, f"{deps.company} · Fairwell"))


def confirm(doors: Doors, staff_id: str, code: str, session_id: str) -> Sequence[str]:
    """The first code was typed. Returns recovery codes, shown this once. Raises `SignInRefusedError`."""
    deps = doors.deps
    with deps.store.begin() as work:
        member = _locked(work, staff_id)
        secret = _of_session(doors, member.totp, session_id) if member.totp else None
        step = doors.codes.step(secret, code, deps.clock.now()) if secret else None
        if step is None or member.totp_confirmed:
            raise SignInRefusedError("this is not the code")
        work.staff.put(replace(member, totp=secret, totp_confirmed=True, totp_step=step))
        # Whoever is signed in elsewhere was without it.
        work.staff.end_sessions(member.id, but=session_id)
        codes = _recovery(doors, work, member)
        audit.note(
            deps, work, member.id, Action.CREDENTIALS_CHANGED, member.id, what={"set": "authenticator"}
        )
        work.commit()
    return codes


def remove(doors: Doors, staff_id: str, password: str) -> None:
    """To set up another one. Raises `SignInRefusedError` for a wrong password, and `TooManyTriesError`."""
    deps = doors.deps
    kept = _known(doors, staff_id, password)
    with deps.store.begin() as work:
        member = _unchanged(work, staff_id, kept)
        work.staff.put(replace(member, totp=None, totp_confirmed=False, totp_step=NO_STEP))
        work.staff.end_tokens(member.id, Purpose.RECOVERY)
        what = {"removed": "authenticator"}
        audit.note(deps, work, member.id, Action.CREDENTIALS_CHANGED, member.id, what=what)
        work.commit()


def change_password(doors: Doors, staff_id: str, old: str, new: str, session_id: str) -> None:
    """All other sessions end. Raises `SignInRefusedError`, `WeakPasswordError` and `TooManyTriesError`."""
    deps = doors.deps
    kept = _known(doors, staff_id, old)
    check_password(doors, get(deps, staff_id), new)
    made = doors.passwords.hash(new)
    with deps.store.begin() as work:
        member = _unchanged(work, staff_id, kept)
        work.staff.put(replace(member, password_hash=made))
        work.staff.end_sessions(member.id, but=session_id)
        # Nobody who had the old one is half-way in.
        work.staff.end_tokens(member.id, Purpose.SECOND_STEP)
        audit.note(deps, work, member.id, Action.CREDENTIALS_CHANGED, member.id, what={"set": "password"})
        work.commit()


def _of_session(doors: Doors, kept: str, session_id: str) -> str:
    """The secret that a session is shown, 160 bits in base32, made of what is kept until it is confirmed.

    Else whoever had learnt the password could look at it first, and would have the codes ever after.
    """
    digest = doors.deps.hasher.digest("staff authenticator", f"{kept} {session_id}")
    return b32encode(sha256(digest.encode()).digest()[:20]).decode()


def _recovery(doors: Doors, work: UnitOfWork, member: Staff) -> Sequence[str]:
    deps = doors.deps
    work.staff.end_tokens(member.id, Purpose.RECOVERY)
    codes = [deps.ids.number("K") for _ in range(RECOVERY_CODES)]
    for code in codes:
        digest = recovery_digest(deps, member.id, code)
        work.staff.put_token(StaffToken(digest, member.id, Purpose.RECOVERY))
    return codes


def _known(doors: Doors, staff_id: str, password: str) -> str | None:
    """Their password's hash, if it is that. Slow on purpose, so nothing is held meanwhile."""
    deps = doors.deps
    tries = staff_tries.own_password(deps, staff_id)
    with deps.store.begin() as work:
        member = work.staff.get(staff_id)
        staff_tries.admit(deps, work, tries)
        work.commit()
    kept = member.password_hash if member is not None else None
    if not doors.passwords.verify(kept, password):
        raise SignInRefusedError("this is not your password")
    with deps.store.begin() as work:
        staff_tries.forget(deps, work, tries)
        work.commit()
    return kept


def _unchanged(work: UnitOfWork, staff_id: str, kept: str | None) -> Staff:
    """Locked; looked at again, for it may have become another password since."""
    member = _locked(work, staff_id)
    if member.password_hash != kept:
        raise SignInRefusedError("this is not your password")
    return member


def _locked(work: UnitOfWork, staff_id: str) -> Staff:
    member = work.staff.lock(staff_id)
    if member is None:
        raise SignInRefusedError("nobody of the staff")
    return member
