"""Staff, their tokens and sessions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select, update

from bot.domain.errors import ConflictError
from bot.domain.staff import Purpose, Role, Staff, StaffSession, StaffToken
from bot.store.repository import Repository
from bot.store.tables.staff import staff, staff_accounts, staff_sessions, staff_tokens


class SqlStaff(Repository):
    """Implements `ports.StaffRepository`."""

    def get(self, staff_id: str) -> Staff | None:
        row = self._one(select(staff).where(staff.c.id == staff_id))
        return None if row is None else self._staff(row)

    def lock(self, staff_id: str) -> Staff | None:
        row = self._one(select(staff).where(staff.c.id == staff_id).with_for_update())
        return None if row is None else self._staff(row)

    def by_email(self, email: str) -> Staff | None:
        row = self._one(select(staff).where(staff.c.email == email))
        return None if row is None else self._staff(row)

    def all(self) -> Sequence[Staff]:
        return [self._staff(row) for row in self._all(select(staff).order_by(staff.c.name, staff.c.id))]

    def put(self, member: Staff) -> None:
        values = {
            "email": member.email,
            "name": member.name,
            "role": member.role.value,
            "created_at": member.created_at,
            "disabled_at": member.disabled_at,
            "password_hash": member.password_hash,
            "totp": self._seal_maybe(member.totp),
            "totp_confirmed": member.totp_confirmed,
            "totp_step": member.totp_step,
        }
        known = self.by_email(member.email)
        if known is not None and known.id != member.id:
            raise ConflictError("somebody else of the staff has this address")
        there = self._change(update(staff).where(staff.c.id == member.id).values(**values))
        # Again: somebody else may have taken the address since it was looked for.
        if not there and not self._add(staff, {"id": member.id, **values}):
            raise ConflictError("somebody else of the staff has this address")

    def put_token(self, token: StaffToken) -> None:
        self._put(staff_tokens, _token(token), staff_tokens.c.digest)

    def add_token(self, token: StaffToken) -> bool:
        return self._add(staff_tokens, _token(token))

    def token(self, digest: str, purpose: Purpose) -> StaffToken | None:
        this = (staff_tokens.c.digest == digest) & (staff_tokens.c.purpose == purpose.value)
        row = self._one(select(staff_tokens).where(this))
        if row is None:
            return None
        return StaffToken(row.digest, row.staff_id, Purpose(row.purpose), row.expires_at, row.tries_left)

    def use_token(self, digest: str) -> bool:
        return self._change(delete(staff_tokens).where(staff_tokens.c.digest == digest)) == 1

    def end_tokens(self, staff_id: str, purpose: Purpose) -> None:
        theirs = (staff_tokens.c.staff_id == staff_id) & (staff_tokens.c.purpose == purpose.value)
        self._change(delete(staff_tokens).where(theirs))

    def count_tokens(self, staff_id: str, purpose: Purpose) -> int:
        theirs = (staff_tokens.c.staff_id == staff_id) & (staff_tokens.c.purpose == purpose.value)
        row = self._one(select(func.count().label("count")).select_from(staff_tokens).where(theirs))
        return 0 if row is None else int(row.count)  # type: ignore[call-overload]

    def add_session(self, session: StaffSession) -> None:
        over = staff_sessions.c.expires_at <= session.began_at
        self._change(delete(staff_sessions).where(over))
        values = {name: getattr(session, name) for name in StaffSession.__slots__}
        self._connection.execute(self._insert(staff_sessions).values(**values))

    def session(self, token_digest: str) -> StaffSession | None:
        row = self._one(select(staff_sessions).where(staff_sessions.c.token_digest == token_digest))
        return None if row is None else _session(row)

    def sessions_of(self, staff_id: str) -> Sequence[StaffSession]:
        theirs = select(staff_sessions).where(staff_sessions.c.staff_id == staff_id)
        return [_session(row) for row in self._all(theirs.order_by(staff_sessions.c.seen_at.desc()))]

    def see(self, session_id: str, at: datetime) -> None:
        self._change(update(staff_sessions).where(staff_sessions.c.id == session_id).values(seen_at=at))

    def renew(self, session_id: str, token_digest: str) -> None:
        this = update(staff_sessions).where(staff_sessions.c.id == session_id)
        self._change(this.values(token_digest=token_digest))

    def end_session(self, session_id: str) -> None:
        self._change(delete(staff_sessions).where(staff_sessions.c.id == session_id))

    def end_sessions(self, staff_id: str, but: str = "") -> None:
        theirs = (staff_sessions.c.staff_id == staff_id) & (staff_sessions.c.id != but)
        self._change(delete(staff_sessions).where(theirs))

    def account(self, issuer: str, subject: str) -> str | None:
        this = (staff_accounts.c.issuer == issuer) & (staff_accounts.c.subject == subject)
        row = self._one(select(staff_accounts.c.staff_id).where(this))
        return None if row is None else str(row.staff_id)

    def link(self, issuer: str, subject: str, staff_id: str) -> None:
        if not self._add(staff_accounts, {"issuer": issuer, "subject": subject, "staff_id": staff_id}):
            raise ConflictError("this account is somebody's already")

    def is_linked(self, staff_id: str, issuer: str) -> bool:
        theirs = (staff_accounts.c.staff_id == staff_id) & (staff_accounts.c.issuer == issuer)
        return self._one(select(staff_accounts.c.subject).where(theirs)) is not None

    def unlink(self, staff_id: str) -> None:
        self._change(delete(staff_accounts).where(staff_accounts.c.staff_id == staff_id))

    def _staff(self, row: Row[Any]) -> Staff:
        return Staff(
            id=row.id,
            email=row.email,
            name=row.name,
            role=Role(row.role),
            created_at=row.created_at,
            disabled_at=row.disabled_at,
            password_hash=row.password_hash,
            totp=self._open_maybe(row.totp),
            totp_confirmed=row.totp_confirmed,
            totp_step=row.totp_step,
        )


def _token(token: StaffToken) -> dict[str, object]:
    return {name: getattr(token, name) for name in StaffToken.__slots__} | {"purpose": token.purpose.value}


def _session(row: Row[Any]) -> StaffSession:
    return StaffSession(**{name: getattr(row, name) for name in StaffSession.__slots__})
