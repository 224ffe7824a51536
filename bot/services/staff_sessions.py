"""Browsers of staff that are signed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.audit import Action
from bot.domain.errors import NotFoundError
from bot.domain.staff import SIGNED_IN_FOR, Staff, StaffSession
from bot.ports import UnitOfWork
from bot.services import audit
from bot.services.dependencies import Dependencies

#: What digests are made for.
_SESSION, _CSRF = "staff session", "staff csrf"
#: That somebody was there is noted no more often than that.
_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody, in a browser. `csrf` goes into every form that changes anything."""

    staff: Staff
    session: StaffSession
    csrf: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A session as it was opened: its token is shown this once."""

    token: str
    staff: Staff


def open_session(
    deps: Dependencies, work: UnitOfWork, member: Staff, method: str, browser: str = ""
) -> Opened:
    """Always with a new token: what a browser held before it signed in opens nothing (session fixation)."""
    token, now = deps.ids.token(), deps.clock.now()
    session = StaffSession(
        id=deps.ids.new("ss"),
        token_digest=deps.hasher.digest(_SESSION, token),
        staff_id=member.id,
        began_at=now,
        seen_at=now,
        expires_at=now + SIGNED_IN_FOR,
        method=method,
        browser=browser[:80],
    )
    work.staff.add_session(session)
    audit.note(deps, work, member.id, Action.SIGNED_IN, member.id, what={"by": method})
    return Opened(token, member)


def find(deps: Dependencies, token: str, *, clicked: bool = True) -> SignedIn | None:
    """Who this is; None where the session is over, or they are shut out.

    `clicked` is False for what a page asks for by itself: an open page alone keeps nobody signed in.
    """
    now = deps.clock.now()
    with deps.store.reading() as work:
        session = work.staff.session(deps.hasher.digest(_SESSION, token))
        member = work.staff.get(session.staff_id) if session is not None else None
    if session is None or member is None or not session.holds(now) or member.disabled_at is not None:
        return None
    if clicked and now - session.seen_at >= _NOTED_EVERY:
        with deps.store.begin() as work:
            work.staff.see(session.id, now)
            work.commit()
    return SignedIn(member, session, deps.hasher.digest(_CSRF, token))


def renew(deps: Dependencies, token: str) -> str:
    """A new token for who has just changed a password or set up an authenticator, in place of the old one.

    Whoever had learnt the old one is out, and a page opened before has to be opened again: its form is of the
    old one. Raises `NotFoundError` where there is no such session.
    """
    made = deps.ids.token()
    with deps.store.begin() as work:
        session = work.staff.session(deps.hasher.digest(_SESSION, token))
        if session is None or not session.holds(deps.clock.now()):
            raise NotFoundError("no such session")
        work.staff.renew(session.id, deps.hasher.digest(_SESSION, made))
        work.commit()
    return made


def csrf_of(deps: Dependencies, token: str) -> str:
    """What a form of this session has to carry."""
    return deps.hasher.digest(_CSRF, token)


def end(deps: Dependencies, token: str) -> None:
    """Signs out; where there is no such session nothing happens."""
    with deps.store.begin() as work:
        session = work.staff.session(deps.hasher.digest(_SESSION, token))
        if session is not None:
            work.staff.end_session(session.id)
            audit.note(deps, work, session.staff_id, Action.SIGNED_OUT, session.staff_id)
            work.commit()


def listed(deps: Dependencies, staff_id: str) -> Sequence[StaffSession]:
    """Those that live, the one used last first."""
    now = deps.clock.now()
    with deps.store.reading() as work:
        return [item for item in work.staff.sessions_of(staff_id) if item.holds(now)]


def revoke(deps: Dependencies, staff_id: str, session_id: str) -> None:
    """Ends one of one's own. Raises `NotFoundError` for anybody else's."""
    with deps.store.begin() as work:
        if session_id not in {item.id for item in work.staff.sessions_of(staff_id)}:
            raise NotFoundError("no such session")
        work.staff.end_session(session_id)
        audit.note(deps, work, staff_id, Action.SIGNED_OUT, staff_id, what={"session": "another one"})
        work.commit()
