"""The keys that receipts are signed with: which one signs now, which still prove, and which are revoked.

A new key is published before it signs (`signs_from`), so that whoever keeps a copy of the public keys for a
while, and whatever replica is asked for them, knows a key before its first receipt (ADR 30).
"""

from __future__ import annotations

import json
import logging
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from bot.crypto.keys import KeyFileError, new_signing_key
from bot.crypto.receipt_jws import CURVE, public_jwk
from bot.domain.receipts import RevocationReason, timestamp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.crypto.keys import KeyRing
    from bot.ports import Clock

log = logging.getLogger(__name__)

#: A running process looks at its keys' folder again when it uses them, if it has not for this long.
LOOK_AGAIN = timedelta(seconds=5)
#: The line before a key's PEM that says when it begins to sign (RFC 7468, 5.2 lets text stand there).
_SIGNS_FROM = "Signs-From:"


@dataclass(frozen=True, slots=True)
class Revocation:
    """Since when (UTC), and why, nothing signed with a key counts any more."""

    at: datetime
    reason: RevocationReason


@dataclass(frozen=True, slots=True)
class ReceiptKey:
    """One key of an installation; `number` counts them: the file is `receipt-NUMBER`.

    `signs_from` (UTC) is None for one that signs at once. A revoked one has no private half.
    """

    number: int
    public: dict[str, str]
    private: OKPKey | None
    signs_from: datetime | None = None
    revoked: Revocation | None = None

    @property
    def kid(self) -> str:
        """Its RFC 7638 thumbprint."""
        return self.public["kid"]


@dataclass(frozen=True, slots=True)
class ReceiptKeys:
    """All keys as they stand at `now` (UTC), newest first. At least one of them is not revoked."""

    keys: tuple[ReceiptKey, ...]
    now: datetime

    @property
    def good(self) -> tuple[ReceiptKey, ...]:
        """Those whose signatures count, newest first."""
        return tuple(key for key in self.keys if key.revoked is None)

    @property
    def signing(self) -> ReceiptKey:
        """The newest one that has begun; where none has, the one that begins first."""
        begun = [key for key in self.good if key.signs_from is None or key.signs_from <= self.now]
        return begun[0] if begun else min(self.good, key=lambda key: key.signs_from or self.now)

    def revocation(self, kid: str) -> Revocation | None:
        """What is to be said of a key that counts no more; None where there is none of that name."""
        return next((key.revoked for key in self.keys if key.kid == kid), None)

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The public keys that count (RFC 7517), the signing one first; old ones stay, revoked ones don't."""
        signing = self.signing
        others = [key for key in self.good if key is not signing]
        return {"keys": [key.public for key in (signing, *others)]}

    def revoked_jwks(self) -> dict[str, list[dict[str, Any]]]:
        """The revoked keys, with `exp` and `revoked` as OpenID Federation 1.0, 8.7, has them."""
        return {"keys": [_with_revocation(key.public, key.revoked) for key in self.keys if key.revoked]}


class KeyFolder:
    """The receipt keys of a key ring, made when there are none, and read again while the process runs.

    Raises `KeyFileError` at the start, as `KeyRing` does. Later on what was read last goes on being used, and
    a warning is logged: a customer's receipt does not fail because somebody is copying files.
    """

    def __init__(self, ring: KeyRing, clock: Clock) -> None:
        self._ring = ring
        self._clock = clock
        self._lock = threading.Lock()
        if not ring.series("receipt", "pem"):
            # By what is revoked only: two processes that race for it want one name, and end up with one key.
            number = max(ring.series("receipt", "revoked"), default=0) + 1
            ring.add(f"receipt-{number:04}.pem", new_signing_key())
        self._keys = read_keys(ring)
        self._looked_at = clock.now()

    def __call__(self) -> ReceiptKeys:
        """The keys as they stand now."""
        now = self._clock.now()
        with self._lock:
            # Also when the clock was set back.
            if abs(now - self._looked_at) >= LOOK_AGAIN:
                self._looked_at = now
                try:
                    self._keys = read_keys(self._ring)
                except (KeyFileError, OSError) as fault:
                    log.warning("receipt keys could not be read again: %s", fault)
            return ReceiptKeys(self._keys, now)


def next_number(ring: KeyRing) -> int:
    """The number of the next key; one that a revoked key had is not given again."""
    return max([0, *ring.series("receipt", "pem"), *ring.series("receipt", "revoked")]) + 1


def read_keys(ring: KeyRing) -> tuple[ReceiptKey, ...]:
    """Every receipt key in the key ring's folder, newest first; makes none.

    A revocation counts whatever else lies beside it, such as a private half that a copy has brought back.
    Raises `KeyFileError` for unfit files, and where every key is revoked.
    """
    revoked = [read_revoked(number, text) for number, text in ring.series("receipt", "revoked").items()]
    gone = {key.kid for key in revoked}
    kept = [read_private(text, number) for number, text in ring.series("receipt", "pem").items()]
    good = [key for key in kept if key.kid not in gone]
    if not good:
        raise KeyFileError("no receipt-*.pem is left that is not revoked; run: fairwell keys rotate --in 0")
    return tuple(sorted([*good, *revoked], key=lambda key: key.number, reverse=True))


def read_private(text: str, number: int = 1) -> ReceiptKey:
    """Reads a private key in PEM, with or without the line that says when it begins to sign."""
    try:
        key = load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError) as fault:
        raise KeyFileError("a receipt-*.pem does not hold an unencrypted private key in PEM") from fault
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError("a receipt-*.pem holds a key of another kind than Ed25519")
    private = OKPKey.import_key(text)
    return ReceiptKey(number, public_jwk(private), private, _signs_from(text.partition("-----BEGIN")[0]))


def write_private(pem: str, signs_from: datetime | None) -> str:
    """The text of a key file."""
    return pem if signs_from is None else f"{_SIGNS_FROM} {timestamp(signs_from)}\n{pem}"


def _signs_from(head: str) -> datetime | None:
    lines = [
        line.removeprefix(_SIGNS_FROM).strip() for line in head.splitlines() if line.startswith(_SIGNS_FROM)
    ]
    if not lines:
        return None
    try:
        at = datetime.fromisoformat(lines[0])
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise KeyFileError(
            f"a receipt-*.pem has a line {_SIGNS_FROM} without a time such as 2026-11-22T12:00:00Z"
        )
    return at.astimezone(UTC)


def read_revoked(number: int, text: str) -> ReceiptKey:
    """Reads what stays of a revoked key: its public half, and the revocation."""
    try:
        members = json.loads(text)
        said = members["revoked"]
        public = public_jwk(OKPKey.import_key({"kty": "OKP", "crv": CURVE, "x": members["x"]}))
        revocation = Revocation(
            datetime.fromtimestamp(said["revoked_at"], UTC), RevocationReason(said["reason"])
        )
    except (ValueError, KeyError, TypeError, OverflowError, OSError, JoseError) as fault:
        raise KeyFileError(
            f"receipt-{number:04}.revoked does not say which key was revoked, and when"
        ) from fault
    return ReceiptKey(number, public, None, revoked=revocation)


def write_revoked(key: ReceiptKey, revocation: Revocation) -> str:
    """The text of the file that stays of a revoked key."""
    return json.dumps(_with_revocation(key.public, revocation), indent=2) + "\n"


def fixed(pems: Sequence[str]) -> tuple[ReceiptKey, ...]:
    """Keys that do not change while the process runs, given newest first."""
    return tuple(read_private(pem, len(pems) - place) for place, pem in enumerate(pems))


def _with_revocation(public: dict[str, str], revocation: Revocation | None) -> dict[str, Any]:
    if revocation is None:
        return dict(public)
    at = int(revocation.at.timestamp())
    return {**public, "exp": at, "revoked": {"revoked_at": at, "reason": revocation.reason.value}}
