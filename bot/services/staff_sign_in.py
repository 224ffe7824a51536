"""How staff sign in: by password and code, or by the company's own sign-in. `staff_tries` counts tries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.audit import Action
from bot.domain.customers import is_email, normalise_email
from bot.domain.staff import SECOND_STEP_WITHIN, Permission, Purpose, Role, Staff, StaffToken, allowed
from bot.ports import UnitOfWork
from bot.services import audit, staff_sessions, staff_tries
from bot.services.dependencies import Dependencies
from bot.services.doors import Doors, SignInRefusedError, TooManyTriesError
from bot.services.staff import TOKEN, called, held, recovery_digest
from bot.services.staff_sessions import Opened
from bot.services.staff_tries import Caller

__all__ = ["Caller", "Challenge", "Claimed", "begin", "by_provider", "device_seal", "device_token", "second"]

_DEVICE = "staff device"
_NOBODY = "nobody"
_OVER = "this has taken too long, or too many tries"


@dataclass(frozen=True, slots=True)
class Challenge:
    """The password was right; a code is asked for. The token is for the form that brings it."""

    token: str


def begin(doors: Doors, email: str, password: str, caller: Caller) -> Challenge | Opened:
    """The first step. Raises `SignInRefusedError` and `TooManyTriesError`, alike for known and unknown."""
    deps, address = doors.deps, normalise_email(email)[:254]
    with deps.store.begin() as work:
        asked = work.staff.by_email(address) if is_email(address) else None
        tries = staff_tries.passwords(deps, address, asked, caller)
        staff_tries.admit(deps, work, tries)
        # Committed before the slow work: a try counts also where the connection is cut off.
        work.commit()
    kept = asked.password_hash if asked is not None and asked.disabled_at is None else None
    right = doors.passwords.verify(kept, password)
    better = doors.passwords.hash(password) if kept and right and doors.passwords.outdated(kept) else kept
    with deps.store.begin() as work:
        # Looked at again: they may have been shut out, or have another password, since.
        member = work.staff.lock(asked.id) if asked is not None and right else None
        if member is None or member.disabled_at is not None or member.password_hash != kept:
            audit.note(deps, work, asked.id if asked else _NOBODY, Action.SIGN_IN_REFUSED, "password")
            work.commit()
            raise SignInRefusedError("address and password do not belong together")
        if better != kept:
            work.staff.put(replace(member, password_hash=better))
        if member.has_totp:
            made: Challenge | Opened = _challenge(deps, work, member)
        else:
            staff_tries.forget(deps, work, tries)
            made = staff_sessions.open_session(deps, work, member, "password", caller.browser)
        work.commit()
    return made


def second(doors: Doors, token: str, code: str, caller: Caller) -> Opened:
    """The second step: the authenticator's code, or a recovery code. Raises `SignInRefusedError`."""
    deps = doors.deps
    with deps.store.begin() as work:
        now = deps.clock.now()
        found = held(deps, work, token, Purpose.SECOND_STEP)
        if found is None:
            raise SignInRefusedError(_OVER)
        asked, member = found
        tries = staff_tries.codes(deps, member, caller)
        try:
            staff_tries.admit(deps, work, tries)
        except TooManyTriesError as fault:
            raise SignInRefusedError(_OVER) from fault
        method = _by_code(doors, work, member, code, now)
        if method is None:
            work.staff.put_token(replace(asked, tries_left=asked.tries_left - 1))
            audit.note(deps, work, member.id, Action.SIGN_IN_REFUSED, "code")
            work.commit()
            raise SignInRefusedError("this is not the code")
        work.staff.use_token(asked.digest)
        staff_tries.take_back(deps, work, tries)
        staff_tries.forget(deps, work, staff_tries.passwords(deps, member.email, member, caller))
        opened = staff_sessions.open_session(deps, work, member, method, caller.browser)
        work.commit()
    return opened


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a company's own sign-in says of somebody, verified. `role` is given by its groups, if it says."""

    issuer: str
    subject: str
    email: str
    email_verified: bool
    name: str
    role: Role | None = None


def by_provider(deps: Dependencies, claimed: Claimed, browser: str = "") -> Opened:
    """Raises `SignInRefusedError` for who was not invited, unless their groups give them a role."""
    with deps.store.begin() as work:
        known = work.staff.account(claimed.issuer, claimed.subject)
        member = work.staff.lock(known) if known is not None else _first_time(deps, work, claimed)
        if member is None or member.disabled_at is not None or _has_left(work, member, claimed):
            if member is not None:
                work.staff.end_sessions(member.id)
            audit.note(deps, work, member.id if member else _NOBODY, Action.SIGN_IN_REFUSED, "provider")
            work.commit()
            raise SignInRefusedError("nobody has invited this account")
        if known is None:
            work.staff.link(claimed.issuer, claimed.subject, member.id)
        role = _role(work, member, claimed)
        if role is not member.role:
            member = replace(member, role=role)
            work.staff.put(member)
            # As by an admin: what is open elsewhere was opened with another role.
            work.staff.end_sessions(member.id)
            what = {"role": role.value, "by": "groups"}
            audit.note(deps, work, member.id, Action.STAFF_CHANGED, member.id, what=what)
        opened = staff_sessions.open_session(deps, work, member, "oidc", browser)
        work.commit()
    return opened


def device_token(deps: Dependencies, member: Staff) -> str:
    """What a browser keeps once somebody has signed in with it; it opens nothing, and counts for itself."""
    return f"{deps.ids.token()}.{member.id}"


def device_seal(deps: Dependencies, device: str) -> str:
    """Its signature: a device that anybody makes up counts for nothing."""
    return deps.hasher.digest(_DEVICE, device)


def _first_time(deps: Dependencies, work: UnitOfWork, claimed: Claimed) -> Staff | None:
    """An address is believed only where it was verified: else anybody could take somebody's place.

    Whoever has an account there already is not given a second one: companies hand addresses on to others.
    """
    address = normalise_email(claimed.email)
    if not is_email(address) or not claimed.email_verified:
        return None
    there = work.staff.by_email(address)
    if there is not None:
        return None if work.staff.is_linked(there.id, claimed.issuer) else work.staff.lock(there.id)
    if claimed.role is None:
        return None
    name = called(claimed.name, address)
    member = Staff(deps.ids.new("st"), address, name, claimed.role, deps.clock.now())
    work.staff.put(member)
    work.staff.put_token(
        StaffToken(deps.hasher.digest(TOKEN, f"groups {member.id}"), member.id, Purpose.GROUPS)
    )
    what = {"invited": claimed.role.value, "by": "groups"}
    audit.note(deps, work, member.id, Action.STAFF_CHANGED, member.id, what=what)
    return member


def _role(work: UnitOfWork, member: Staff, claimed: Claimed) -> Role:
    """What their groups say; but the last who manages the staff goes on doing so."""
    given = claimed.role or member.role
    if allowed(given, Permission.MANAGE_STAFF) or not member.may(Permission.MANAGE_STAFF):
        return given
    # From here on nobody else changes any of the staff: of the last two one remains.
    work.audit.head()
    others = [item for item in work.staff.all() if item.id != member.id]
    return given if any(item.may(Permission.MANAGE_STAFF) for item in others) else member.role


def _has_left(work: UnitOfWork, member: Staff, claimed: Claimed) -> bool:
    """Whether groups have let them in, whom nobody has invited, and they are in none of them any more."""
    return claimed.role is None and work.staff.count_tokens(member.id, Purpose.GROUPS) > 0


def _by_code(doors: Doors, work: UnitOfWork, member: Staff, code: str, now: datetime) -> str | None:
    step = doors.codes.step(member.totp or "", code, now) if member.has_totp else None
    if step is not None and step > member.totp_step:
        work.staff.put(replace(member, totp_step=step))
        return "totp"
    recovery = recovery_digest(doors.deps, member.id, code)
    kept = work.staff.token(recovery, Purpose.RECOVERY)
    if kept is not None and kept.staff_id == member.id and work.staff.use_token(recovery):
        return "recovery"
    return None


def _challenge(deps: Dependencies, work: UnitOfWork, member: Staff) -> Challenge:
    token = deps.ids.token()
    digest = deps.hasher.digest(TOKEN, token)
    work.staff.end_tokens(member.id, Purpose.SECOND_STEP)
    until = deps.clock.now() + SECOND_STEP_WITHIN
    work.staff.put_token(StaffToken(digest, member.id, Purpose.SECOND_STEP, until))
    return Challenge(token)
