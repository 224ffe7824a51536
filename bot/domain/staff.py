"""The people who work in the support console: what each role may do, and how they stay signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

#: An invitation is good for this long; the second step of a sign-in for this long.
INVITED_FOR, SECOND_STEP_WITHIN = timedelta(hours=72), timedelta(minutes=10)
#: A session ends after so long without a click, and after so long in any case (OWASP ASVS 3.3).
IDLE_FOR, SIGNED_IN_FOR = timedelta(hours=8), timedelta(days=7)
#: Wrong codes that end the second step.
CODE_TRIES = 5
#: Codes that open the door when a phone is lost.
RECOVERY_CODES = 10
#: A stored step of no code at all.
NO_STEP = -1


class Role(StrEnum):
    """From the least to the most."""

    VIEWER = "viewer"
    AGENT = "agent"
    MANAGER = "manager"
    ADMIN = "admin"


class Permission(StrEnum):
    """What a route of the console asks for."""

    READ = "read"  # conversations, masked; the queue
    REVEAL = "reveal"  # personal data, with a reason
    STEP_IN = "step_in"  # take over, reply, carry out, hand back; notes, labels, flags
    ASSIGN = "assign"  # give a case to somebody else
    CONFIGURE = "configure"  # canned replies, office hours, alerts
    AUDIT = "audit"  # read who read and changed what
    MANAGE_STAFF = "manage_staff"


_ADDS = {
    Role.VIEWER: {Permission.READ},
    Role.AGENT: {Permission.REVEAL, Permission.STEP_IN},
    Role.MANAGER: {Permission.ASSIGN, Permission.CONFIGURE, Permission.AUDIT},
    Role.ADMIN: {Permission.MANAGE_STAFF},
}


def allowed(role: Role, permission: Permission) -> bool:
    """Whether a role may: each has what the one before it has, and something more."""
    ranked = list(Role)
    return any(permission in _ADDS[lesser] for lesser in ranked[: ranked.index(role) + 1])


@dataclass(frozen=True, slots=True)
class Staff:
    """One of them. `email` is normalised; `password_hash` is Argon2id's; `totp` is the shared secret.

    `totp_step` is the last time step whose code was used: none is taken twice (RFC 6238, 5.2).
    """

    id: str
    email: str
    name: str
    role: Role
    created_at: datetime
    disabled_at: datetime | None = None
    password_hash: str | None = None
    totp: str | None = None
    totp_confirmed: bool = False
    totp_step: int = NO_STEP

    def may(self, permission: Permission) -> bool:
        """Whether their role allows it, and nobody has shut them out."""
        return self.disabled_at is None and allowed(self.role, permission)

    @property
    def has_totp(self) -> bool:
        """Whether a code is asked for beside the password."""
        return self.totp is not None and self.totp_confirmed


class Purpose(StrEnum):
    """What a one-time token of theirs is for."""

    INVITATION = "invitation"
    SECOND_STEP = "second_step"
    RECOVERY = "recovery"
    REPLY = "reply"  # one press of a form: it is sent once
    GROUPS = "groups"  # nobody has invited them: their groups at the company's own sign-in let them in


@dataclass(frozen=True, slots=True)
class StaffToken:
    """A one-time token or code, as its digest. `expires_at` is None for what does not expire."""

    digest: str
    staff_id: str
    purpose: Purpose
    expires_at: datetime | None = None
    tries_left: int = CODE_TRIES

    def holds(self, now: datetime) -> bool:
        """Whether it still opens anything."""
        return (self.expires_at is None or now < self.expires_at) and self.tries_left > 0


@dataclass(frozen=True, slots=True)
class StaffSession:
    """A browser that is signed in. `method` says how: password, totp, recovery or oidc."""

    id: str
    token_digest: str
    staff_id: str
    began_at: datetime
    seen_at: datetime
    expires_at: datetime
    method: str
    browser: str = ""

    def holds(self, now: datetime) -> bool:
        """Whether it is neither over nor forgotten."""
        return now < self.expires_at and now < self.seen_at + IDLE_FOR
