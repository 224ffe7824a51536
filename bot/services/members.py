"""Members of an account: who belongs to it beside its holder, and whether they may decide for it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.customers import Member, Role, is_email, normalise_email, normalise_phone
from bot.domain.errors import ConflictError, FairwellError, NotFoundError
from bot.services.dependencies import Dependencies


class MemberInvalidError(FairwellError):
    """An address or a number that is none."""


def add(
    deps: Dependencies, customer_ref: str, name: str, email: str, role: Role, phone: str | None = None
) -> Member:
    """Adds a member, or changes the one with this address.

    Raises `NotFoundError` for nobody's ref, `ConflictError` for an address that belongs to another account,
    `MemberInvalidError` for what is no address or number.
    """
    address = normalise_email(email)
    # Without its plus a number may be of any country, and would be taken for another one's.
    number = normalise_phone(phone) if phone is not None and phone.startswith(("+", "00")) else None
    if not is_email(address):
        raise MemberInvalidError("that is not an e-mail address")
    if phone is not None and number is None:
        raise MemberInvalidError("that is not a phone number with its country code")
    with deps.store.begin() as work:
        if work.customers.get(customer_ref) is None:
            raise NotFoundError(f"there is no customer {customer_ref}")
        known = work.members.by_email(address)
        if work.customers.by_email(address) or (known is not None and known.customer_ref != customer_ref):
            raise ConflictError("another account has this address")
        member_id = known.id if known is not None else deps.ids.new("p")
        member = Member(member_id, customer_ref, name, address, role, number)
        work.members.put(member)
        work.commit()
    return member


def remove(deps: Dependencies, customer_ref: str, email: str) -> None:
    """Removes a member; what they have proved anywhere counts no more. Raises `NotFoundError`."""
    with deps.store.begin() as work:
        member = work.members.by_email(normalise_email(email))
        if member is None or member.customer_ref != customer_ref:
            raise NotFoundError("there is no such member")
        work.members.remove(member.id)
        work.commit()


def listed(deps: Dependencies, customer_ref: str) -> Sequence[Member]:
    """The members of an account, by address. Raises `NotFoundError`."""
    with deps.store.begin() as work:
        if work.customers.get(customer_ref) is None:
            raise NotFoundError(f"there is no customer {customer_ref}")
        return work.members.of_customer(customer_ref)
