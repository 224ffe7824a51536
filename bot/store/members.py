"""Members of accounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, select, update

from bot.domain.customers import Member, Role
from bot.domain.errors import ConflictError
from bot.store.repository import Repository
from bot.store.tables.ledger import members


class SqlMembers(Repository):
    """Implements `ports.MemberRepository`."""

    def get(self, member_id: str) -> Member | None:
        row = self._one(select(members).where(members.c.id == member_id))
        return None if row is None else _member(row)

    def by_email(self, email: str) -> Member | None:
        row = self._one(select(members).where(members.c.email == email))
        return None if row is None else _member(row)

    def by_phone(self, phone: str) -> Sequence[Member]:
        return [_member(row) for row in self._all(select(members).where(members.c.phone == phone).limit(2))]

    def of_customer(self, customer_ref: str) -> Sequence[Member]:
        theirs = select(members).where(members.c.customer_ref == customer_ref).order_by(members.c.email)
        return [_member(row) for row in self._all(theirs)]

    def put(self, member: Member) -> None:
        values = {
            "customer_ref": member.customer_ref,
            "name": member.name,
            "email": member.email,
            "role": member.role.value,
            "phone": member.phone,
        }
        known = self.by_email(member.email)
        if known is not None and known.id != member.id:
            raise ConflictError("another member has this address")
        if self._change(update(members).where(members.c.id == member.id).values(**values)):
            return
        if not self._add(members, {"id": member.id, **values}):
            raise ConflictError("another member has this address")

    def remove(self, member_id: str) -> None:
        self._change(delete(members).where(members.c.id == member_id))


def _member(row: Row[Any]) -> Member:
    return Member(row.id, row.customer_ref, row.name, row.email, Role(row.role), row.phone)
