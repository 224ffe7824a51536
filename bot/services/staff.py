"""Who works in the console: invited, given roles, shut out. The first is added on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.audit import Action
from bot.domain.customers import is_email, normalise_email
from bot.domain.errors import ConflictError, FairwellError, NotFoundError
from bot.domain.staff import INVITED_FOR, NO_STEP, Permission, Purpose, Role, Staff, StaffToken
from bot.ports import UnitOfWork
from bot.services import audit
from bot.services.dependencies import Dependencies
from bot.services.doors import Doors, SignInRefusedError, WeakPasswordError

#: What digests of one-time tokens are made for.
TOKEN = "staff token"  # noqa: S105 - the name of a kind of digest
#: Characters of a name.
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link to choose a password by; the token is shown once and kept as a digest."""

    staff: Staff
    token: str
    expires_at: datetime


def invite(deps: Dependencies, email: str, name: str, role: Role, by: str) -> Invitation:
    """Adds somebody. Raises `ConflictError` where they are there, `FairwellError` for what is no address."""
    address = normalise_email(email)
    if not is_email(address):
        raise FairwellError("this is not an e-mail address")
    with deps.store.begin() as work:
        if work.staff.by_email(address) is not None:
            raise ConflictError("somebody of the staff has this address already")
        member = Staff(deps.ids.new("st"), address, called(name, address), role, deps.clock.now())
        work.staff.put(member)
        made = _invitation(deps, work, member)
        audit.note(deps, work, by, Action.STAFF_CHANGED, member.id, what={"invited": role.value})
        work.commit()
    return made


def invite_again(deps: Dependencies, staff_id: str, by: str) -> Invitation:
    """For who has lost password or phone: a new link; what they had opens nothing any more."""
    with deps.store.begin() as work:
        member = _locked(work, staff_id)
        member = replace(member, password_hash=None, totp=None, totp_confirmed=False, totp_step=NO_STEP)
        work.staff.put(member)
        work.staff.end_sessions(member.id)
        work.staff.unlink(member.id)
        for purpose in Purpose:
            work.staff.end_tokens(member.id, purpose)
        made = _invitation(deps, work, member)
        audit.note(deps, work, by, Action.STAFF_CHANGED, member.id, what={"invited": "again"})
        work.commit()
    return made


def invited(deps: Dependencies, token: str) -> Staff:
    """Whose invitation this is. Raises `SignInRefusedError`."""
    with deps.store.reading() as work:
        found = work.staff.token(deps.hasher.digest(TOKEN, token), Purpose.INVITATION)
        member = work.staff.get(found.staff_id) if found is not None else None
    if found is None or member is None or not found.holds(deps.clock.now()) or member.disabled_at is not None:
        raise SignInRefusedError("no such invitation")
    return member


def accept(doors: Doors, token: str, password: str) -> Staff:
    """Chooses the first password. Raises `SignInRefusedError` and `WeakPasswordError`."""
    deps = doors.deps
    check_password(doors, invited(deps, token), password)
    # Slow on purpose, so it is done before anything is held.
    made = doors.passwords.hash(password)
    with deps.store.begin() as work:
        found = held(deps, work, token, Purpose.INVITATION)
        if found is None:
            raise SignInRefusedError("no such invitation")
        work.staff.end_tokens(found[1].id, Purpose.INVITATION)
        member = replace(found[1], password_hash=made)
        work.staff.put(member)
        audit.note(deps, work, member.id, Action.CREDENTIALS_CHANGED, member.id, what={"set": "password"})
        work.commit()
    return member


def held(
    deps: Dependencies, work: UnitOfWork, token: str, purpose: Purpose
) -> tuple[StaffToken, Staff] | None:
    """A one-time token that still opens something, and whose it is, locked; None for all others."""
    digest = deps.hasher.digest(TOKEN, token)
    seen = work.staff.token(digest, purpose)
    member = work.staff.lock(seen.staff_id) if seen is not None else None
    # Looked at again: only whoever has locked its owner uses a token or ends it.
    found = work.staff.token(digest, purpose)
    if found is None or member is None or not found.holds(deps.clock.now()) or member.disabled_at is not None:
        return None
    return found, member


def recovery_digest(deps: Dependencies, staff_id: str, code: str) -> str:
    """How a recovery code is kept; typed with or without its hyphens, in small letters or large ones."""
    plain = "".join(char for char in code.upper() if char.isalnum())
    return deps.hasher.digest(TOKEN, f"{staff_id}:{plain}")


def called(name: str, address: str) -> str:
    """A name of one line, short enough to stand in a list; without one they are called by their address."""
    plain = "".join(char for char in " ".join(name.split()) if char.isprintable())
    return plain[:LONGEST_NAME].strip() or address


def check_password(doors: Doors, member: Staff, password: str) -> None:
    """Raises `WeakPasswordError`."""
    about = (member.email, *member.email.split("@"), *member.name.split(), doors.deps.company, "fairwell")
    weakness = doors.passwords.weakness(password, about)
    if weakness is not None:
        raise WeakPasswordError(weakness)


def change_role(deps: Dependencies, staff_id: str, role: Role, by: str) -> Staff:
    """Their sessions end: what a session may do was decided when it began. Raises `ConflictError`."""
    return _change(deps, staff_id, by, {"role": role.value}, role=role)


def disable(deps: Dependencies, staff_id: str, by: str) -> Staff:
    """Shuts somebody out, at once. Raises `ConflictError` for the last admin, and for oneself."""
    return _change(deps, staff_id, by, {"disabled": "yes"}, disabled_at=deps.clock.now())


def enable(deps: Dependencies, staff_id: str, by: str) -> Staff:
    """Lets them in again."""
    return _change(deps, staff_id, by, {"disabled": "no"}, disabled_at=None)


def listed(deps: Dependencies) -> Sequence[Staff]:
    """By name."""
    with deps.store.reading() as work:
        return work.staff.all()


def get(deps: Dependencies, staff_id: str) -> Staff:
    """Raises `NotFoundError`."""
    with deps.store.reading() as work:
        member = work.staff.get(staff_id)
    if member is None:
        raise NotFoundError("nobody of the staff")
    return member


def by_email(deps: Dependencies, email: str) -> Staff:
    """Raises `NotFoundError`."""
    with deps.store.reading() as work:
        member = work.staff.by_email(normalise_email(email))
    if member is None:
        raise NotFoundError("nobody of the staff has this address")
    return member


def _change(deps: Dependencies, staff_id: str, by: str, what: dict[str, str], **fields: object) -> Staff:
    if staff_id == by:
        raise ConflictError("somebody else has to do that for you")
    with deps.store.begin() as work:
        before = _locked(work, staff_id)
        member = replace(before, **fields)  # type: ignore[arg-type]
        work.staff.put(member)
        work.staff.end_sessions(member.id)
        # From here on nobody else changes any of the staff, so that two admins can't remove each other.
        audit.note(deps, work, by, Action.STAFF_CHANGED, member.id, what=what)
        if _manages(before) and not any(_manages(item) for item in work.staff.all()):
            raise ConflictError("somebody has to remain who manages the staff")
        work.commit()
    return member


def _manages(member: Staff) -> bool:
    return member.may(Permission.MANAGE_STAFF)


def _invitation(deps: Dependencies, work: UnitOfWork, member: Staff) -> Invitation:
    token, expires_at = deps.ids.token(), deps.clock.now() + INVITED_FOR
    digest = deps.hasher.digest(TOKEN, token)
    work.staff.put_token(StaffToken(digest, member.id, Purpose.INVITATION, expires_at))
    return Invitation(member, token, expires_at)


def _locked(work: UnitOfWork, staff_id: str) -> Staff:
    member = work.staff.lock(staff_id)
    if member is None:
        raise NotFoundError("nobody of the staff")
    return member
