"""A new key for receipts, and the end of one that somebody else may have (ADR 30)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.crypto.keys import new_signing_key
from bot.crypto.receipt_keys import (
    ReceiptKey,
    ReceiptKeys,
    Revocation,
    next_number,
    read_keys,
    read_private,
    write_private,
    write_revoked,
)
from bot.domain.errors import ConflictError, NotFoundError
from bot.domain.receipts import RevocationReason

if TYPE_CHECKING:
    from bot.crypto.keys import KeyRing

#: How long a new key is published before it signs: longer than copies of the public keys are kept
#: (`Cache-Control` of `/.well-known/jwks.json`), and than processes take to see a new file.
PUBLISHED_FIRST = timedelta(minutes=10)


def rotate(ring: KeyRing, now: datetime, after: timedelta = PUBLISHED_FIRST) -> ReceiptKey:
    """Adds a key that signs from `now + after` on; the older ones go on proving what they have signed.

    Two that rotate at once get the same key, the one that was there first.
    """
    number = next_number(ring)
    # The very first key has nobody to wait for it.
    signs_from = now + after if after and number > 1 else None
    name = f"receipt-{number:04}.pem"
    ring.add(name, write_private(new_signing_key(), signs_from))
    return read_private(ring.series("receipt", "pem")[number], number)


def revoke(ring: KeyRing, kid: str, now: datetime, reason: RevocationReason) -> ReceiptKey:
    """Revokes a key for good: nothing it has signed counts any more, and its private half is deleted.

    Where it is the one that signs, a new one that signs at once is made first. Returns the key that signs
    from now on. Raises `NotFoundError` for a key that is not here, `ConflictError` for one that is revoked.
    """
    keys = read_keys(ring)
    found = next((key for key in keys if key.kid == kid), None)
    if found is None:
        raise NotFoundError(f"there is no receipt key {kid}; `fairwell keys list` shows them")
    if found.revoked is not None:
        raise ConflictError(f"{kid} is revoked already, since {found.revoked.at:%Y-%m-%d %H:%M} UTC")
    signing = ReceiptKeys(keys, now).signing
    if signing.kid == kid:
        signing = rotate(ring, now, timedelta(0))
    # Marked before it is removed: whatever a process reads in between, the key counts no more.
    ring.add(f"receipt-{found.number:04}.revoked", write_revoked(found, Revocation(now, reason)))
    ring.remove(f"receipt-{found.number:04}.pem")
    return signing
