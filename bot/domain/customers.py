"""Who the company's customers are, who decides for them, and how an address or a number is compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

_FORMATTING = re.compile(r"[\s().\-/\u2010-\u2015]")
_E164 = re.compile(r"[1-9]\d{6,14}", re.ASCII)
#: Neither control characters: no mail server takes them, and PostgreSQL takes no NUL.
_PART = r"[^\s\x00-\x1f\x7f@<>\"(),:;\\\[\]]"
_ADDRESS = re.compile(rf"{_PART}{{1,64}}@{_PART}{{1,255}}\.(?:xn--[a-z0-9-]{{2,59}}|[^\W\d_]{{2,63}})")


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer account. `ref` is the company's own identifier and never changes.

    `phone` is a number the company has verified, as `normalise_phone` writes it. `country` is where they
    live, two letters of ISO 3166-1, for rights that depend on it.
    """

    ref: str
    name: str
    email: str
    locale: str = "en"
    phone: str | None = None
    country: str | None = None


class Role(StrEnum):
    """What somebody may do for an account. The customer's own address is the account holder's."""

    BILLING = "billing"  # decides about subscriptions, as the holder does
    MEMBER = "member"  # uses the account, and decides nothing


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who belongs to an account beside its holder. `email` is normalised, `phone` as below."""

    id: str
    customer_ref: str
    name: str
    email: str
    role: Role
    phone: str | None = None

    @property
    def may_decide(self) -> bool:
        """Whether they may cancel, undo and see what the account pays for."""
        return self.role is Role.BILLING


def normalise_email(address: str) -> str:
    """The form in which addresses are stored and compared.

    NFKC first, so that a full-width or composed spelling of the same address meets the same account; then
    lower case: mailboxes that differ in case only do not exist at any provider that matters, and people do
    not keep track of it.
    """
    return unicodedata.normalize("NFKC", address).strip().strip(".,;:<>\"'").casefold()


def is_email(address: str) -> bool:
    """Whether this is one plausible mail address (RFC 5321 lengths, no display name)."""
    return len(address) <= 254 and bool(_ADDRESS.fullmatch(address))


def normalise_phone(number: str) -> str | None:
    """The number in E.164 (`+` and digits, country code first), as numbers are stored and compared.

    None where it is none. A leading 00 is the international prefix of most countries (ITU-T E.123). Platforms
    leave the plus out, so a number without it is read as one with its country code: where people write
    numbers, ask for the plus.
    """
    # "+49 (0)30": the zero is dialled inside the country only.
    plain = _FORMATTING.sub("", unicodedata.normalize("NFKC", number).replace("(0)", ""))
    digits = plain.removeprefix("+").removeprefix("00") if plain.startswith(("+", "00")) else plain
    return f"+{digits}" if _E164.fullmatch(digits) else None
