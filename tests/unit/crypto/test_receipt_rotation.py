from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest

from bot.crypto.keys import KeyRing
from bot.crypto.receipt_keys import KeyFolder, ReceiptKeys, read_keys
from bot.crypto.receipt_rotation import revoke, rotate
from bot.crypto.receipt_signing import Ed25519ReceiptSigner
from bot.crypto.receipt_verification import verify_receipt
from bot.domain.errors import ConflictError, NotFoundError, ReceiptInvalidError
from bot.domain.receipts import RevocationReason
from tests.unit.crypto.support import NOON, SetClock, issue

PAGES = b"p" * 32


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where keys go."""
    return tmp_path / "keys"


@pytest.fixture
def ring(folder: Path) -> KeyRing:
    """A key ring with one receipt key."""
    ring = KeyRing(folder)
    KeyFolder(ring, SetClock())
    return ring


def signer(ring: KeyRing) -> Ed25519ReceiptSigner:
    """A process that starts now."""
    return Ed25519ReceiptSigner(KeyFolder(ring, SetClock()), PAGES)


def test_what_a_rotated_key_has_signed_goes_on_counting(ring: KeyRing) -> None:
    """However many have come since."""
    first = issue(signer(ring))
    for _ in range(3):
        rotate(ring, NOON, timedelta(0))
    assert len(signer(ring).jwks()["keys"]) == 4
    verify_receipt(first, signer(ring).jwks())


def test_what_a_revoked_key_has_signed_counts_no_more(ring: KeyRing, folder: Path) -> None:
    """By the public keys alone, and by the list of revoked ones, whoever has kept what; it is said which."""
    receipt, kept = issue(signer(ring)), signer(ring).jwks()
    kid = signer(ring).kid
    rotate(ring, NOON, timedelta(0))
    other = issue(signer(ring))
    revoke(ring, kid, NOON, RevocationReason.COMPROMISED)
    after = signer(ring)
    with pytest.raises(ReceiptInvalidError, match="not in the key set"):
        verify_receipt(receipt, after.jwks())
    for saved in (after.revoked_jwks()["keys"], [*kept["keys"], *after.revoked_jwks()["keys"]]):
        with pytest.raises(ReceiptInvalidError, match="was revoked"):
            verify_receipt(receipt, {"keys": saved})
    verify_receipt(other, after.jwks())
    assert not (folder / "receipt-0001.pem").exists()


def test_revoking_the_key_that_signs_makes_another(ring: KeyRing) -> None:
    """It signs at once, also where one was waiting for its time."""
    kid = signer(ring).kid
    waiting = rotate(ring, NOON).kid
    signing = revoke(ring, kid, NOON, RevocationReason.COMPROMISED)
    assert signing.kid not in {kid, waiting}
    assert signer(ring).kid == signing.kid
    assert {key["kid"] for key in signer(ring).jwks()["keys"]} == {signing.kid, waiting}


def test_revoking_an_old_key_leaves_the_one_that_signs(ring: KeyRing) -> None:
    """Nothing else changes."""
    old = signer(ring).kid
    new = rotate(ring, NOON, timedelta(0)).kid
    assert revoke(ring, old, NOON, RevocationReason.UNSPECIFIED).kid == new
    assert signer(ring).kid == new


def test_a_key_is_revoked_once_and_only_where_it_is_known(ring: KeyRing) -> None:
    """The first time counts; a slip in the name changes nothing."""
    kid = signer(ring).kid
    with pytest.raises(NotFoundError, match="there is no receipt key"):
        revoke(ring, kid[:-1], NOON, RevocationReason.UNSPECIFIED)
    revoke(ring, kid, NOON, RevocationReason.UNSPECIFIED)
    with pytest.raises(ConflictError, match="revoked already, since 2026-11-22 12:00 UTC"):
        revoke(ring, kid, NOON + timedelta(days=1), RevocationReason.COMPROMISED)
    revoked = signer(ring).revocation(kid)
    assert revoked is not None
    assert (revoked.at, revoked.reason) == (NOON, RevocationReason.UNSPECIFIED)


def test_numbers_are_not_given_again(ring: KeyRing) -> None:
    """A file that is copied late must not take another key's place."""
    revoke(ring, signer(ring).kid, NOON, RevocationReason.UNSPECIFIED)
    revoke(ring, signer(ring).kid, NOON, RevocationReason.UNSPECIFIED)
    assert [key.number for key in read_keys(ring)] == [3, 2, 1]


def test_two_that_rotate_at_once_get_one_key(ring: KeyRing) -> None:
    """Both wanted a new one, and there is one."""
    start = Barrier(4)

    def begin(_: int) -> str:
        start.wait()
        return rotate(ring, NOON).kid

    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(begin, range(4)))
    keys = ReceiptKeys(read_keys(ring), NOON)
    # Who came so late that the first one's key was there already has made the next.
    assert made == {key.kid for key in keys.keys} - {keys.signing.kid}


def test_the_first_key_waits_for_nobody(folder: Path) -> None:
    """There is no older one that could sign meanwhile."""
    assert rotate(KeyRing(folder), NOON).signs_from is None
