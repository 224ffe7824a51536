"""What Microsoft Entra says of an address instead of `email_verified`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_ISSUER = re.compile(
    r"https://login\.microsoftonline\.com/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/v2\.0"
)
#: The tenant of everybody's private accounts: an issuer like a company's, but nobody's staff.
_CONSUMERS = "9188040d-6c67-4c5b-b112-36a304b66dad"


def domain_verified(issuer: str, claims: Mapping[str, Any]) -> bool:
    """Whether one company's tenant says that the owner of the address's domain is verified (`xms_edov`).

    `claims` are those of the signed token: what another issuer puts under that name means nothing.
    """
    found = _ISSUER.fullmatch(issuer)
    if found is None or found[1] == _CONSUMERS or claims.get("tid") != found[1]:
        return False
    told = claims.get("xms_edov")
    # Told as a boolean, as a number or as text; nothing else is taken for yes, nor is 1.0.
    return (
        told is True or (type(told) is int and told == 1) or (isinstance(told, str) and told in {"1", "true"})
    )
