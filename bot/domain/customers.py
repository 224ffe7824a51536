"""Who the company's customers are, and how an address is compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_PART = r"[^\s@<>\"(),:;\\\[\]]"
_ADDRESS = re.compile(rf"{_PART}{{1,64}}@{_PART}{{1,255}}\.(?:xn--[a-z0-9-]{{2,59}}|[^\W\d_]{{2,63}})")


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer account. `ref` is the company's own identifier and never changes."""

    ref: str
    name: str
    email: str
    locale: str = "en"


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
