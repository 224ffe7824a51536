from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest

from bot.crypto.keys import KeyFileError, KeyRing, new_signing_key
from bot.crypto.receipt_keys import (
    LOOK_AGAIN,
    KeyFolder,
    ReceiptKeys,
    read_keys,
    read_private,
    write_private,
)
from bot.crypto.receipt_rotation import revoke, rotate
from bot.crypto.receipt_signing import Ed25519ReceiptSigner
from bot.crypto.receipt_verification import verify_receipt
from bot.domain.receipts import RevocationReason
from tests.unit.crypto.support import NOON, SetClock, issue

PAGES = b"p" * 32
SOON = timedelta(minutes=10)


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


@pytest.fixture
def clock() -> SetClock:
    """A clock to set."""
    return SetClock()


def put(folder: Path, name: str, content: str) -> None:
    """Puts a file there as its owner would."""
    (folder / name).touch(mode=0o600)
    (folder / name).write_text(content)


def kids(keys: ReceiptKeys) -> list[str]:
    """What is published, in order."""
    return [key["kid"] for key in keys.jwks()["keys"]]


def test_processes_that_race_for_the_first_key_agree(folder: Path) -> None:
    """Eight at once get the same one, and leave no draft behind."""
    start = Barrier(8)

    def begin(_: int) -> str:
        start.wait()
        return KeyFolder(KeyRing(folder), SetClock())().signing.kid

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(begin, range(8)))) == 1
    assert [path.name for path in folder.iterdir()] == ["receipt-0001.pem"]


def test_a_new_key_is_published_at_once_and_signs_later(ring: KeyRing, clock: SetClock) -> None:
    """So that whoever looks a key up finds it, however long they have kept an older answer."""
    old = KeyFolder(ring, clock)().signing.kid
    new = rotate(ring, NOON, SOON).kid
    keys = KeyFolder(ring, clock)
    assert kids(keys()) == [old, new]
    clock.at = NOON + SOON - timedelta(seconds=1)
    assert keys().signing.kid == old
    clock.at = NOON + SOON
    assert kids(keys()) == [new, old]


def test_a_running_process_sees_a_new_file_soon(ring: KeyRing, clock: SetClock) -> None:
    """Without a start: the folder is looked at again when the keys are used, not more often than needed."""
    keys = KeyFolder(ring, clock)
    signer = Ed25519ReceiptSigner(keys, PAGES)
    old = signer.kid
    new = rotate(ring, NOON, timedelta(0)).kid
    clock.at = NOON + LOOK_AGAIN - timedelta(seconds=1)
    assert signer.kid == old
    clock.at = NOON + LOOK_AGAIN
    assert signer.kid == new
    assert verify_receipt(issue(signer), signer.jwks()).kid == new


def test_a_clock_that_was_set_back_keeps_nobody_from_looking(ring: KeyRing, clock: SetClock) -> None:
    """Else a revoked key would go on signing until the clock is where it was."""
    keys = KeyFolder(ring, clock)
    new = rotate(ring, NOON, timedelta(0)).kid
    clock.at = NOON - timedelta(days=1)
    assert keys().signing.kid == new


def test_receipts_signed_while_keys_change_all_verify(ring: KeyRing, clock: SetClock) -> None:
    """Two replicas, one of which has not looked again yet: what the other published knows both keys."""
    early, late = (Ed25519ReceiptSigner(KeyFolder(ring, clock), PAGES) for _ in range(2))
    rotate(ring, NOON, SOON)
    clock.at = NOON + LOOK_AGAIN
    published = late.jwks()  # somebody keeps this for five minutes
    clock.at = NOON + SOON + timedelta(seconds=1)
    for signer in (early, late):
        verify_receipt(issue(signer), published)


def test_what_cannot_be_read_any_more_is_not_forgotten(
    ring: KeyRing, folder: Path, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    """A customer's receipt does not fail because somebody is copying files; the log says what is wrong."""
    keys = KeyFolder(ring, clock)
    signing = keys().signing.kid
    put(folder, "receipt-0002.pem", "half a k")
    clock.at += LOOK_AGAIN
    assert keys().signing.kid == signing
    assert "does not hold an unencrypted private key" in caplog.text
    (folder / "receipt-0002.pem").unlink()
    new = rotate(ring, NOON, timedelta(0)).kid
    clock.at += LOOK_AGAIN
    assert keys().signing.kid == new


def test_a_key_made_elsewhere_signs_at_once(ring: KeyRing, folder: Path, clock: SetClock) -> None:
    """By openssl, as the documents say, and without a line that says when."""
    put(folder, "receipt-0002.pem", pem := new_signing_key())
    assert KeyFolder(ring, clock)().signing.kid == read_private(pem).kid


def test_where_no_key_has_begun_the_first_to_begin_signs(folder: Path, clock: SetClock) -> None:
    """Somebody has removed the older ones: a receipt is never left unsigned."""
    ring = KeyRing(folder)
    later, sooner = new_signing_key(), new_signing_key()
    ring.add("receipt-0003.pem", write_private(later, NOON + 2 * SOON))
    ring.add("receipt-0002.pem", write_private(sooner, NOON + SOON))
    assert KeyFolder(ring, clock)().signing.kid == read_private(sooner).kid


@pytest.mark.parametrize("line", ["Signs-From: soon", "Signs-From:", "Signs-From: 2026-11-22T12:00:00"])
def test_an_unclear_time_is_refused(line: str) -> None:
    """Nobody guesses when a key begins to sign, nor in which time zone."""
    with pytest.raises(KeyFileError, match="without a time such as"):
        read_private(f"{line}\n{new_signing_key()}")


def test_a_revocation_counts_whatever_lies_beside_it(ring: KeyRing, folder: Path, clock: SetClock) -> None:
    """A copy of the secrets may bring a deleted private half back, under any number."""
    stolen = (folder / "receipt-0001.pem").read_text()
    kid = read_private(stolen).kid
    revoke(ring, kid, NOON, RevocationReason.COMPROMISED)
    for name in ("receipt-0001.pem", "receipt-0007.pem"):
        put(folder, name, stolen)
        keys = KeyFolder(ring, clock)()
        assert keys.signing.kid != kid
        assert kid not in kids(keys)
        assert keys.revocation(kid) is not None


def test_revoked_keys_are_published_apart(ring: KeyRing, clock: SetClock) -> None:
    """The plain set holds none of them, so that every JOSE library refuses them; theirs says when and why."""
    kid = KeyFolder(ring, clock)().signing.kid
    revoke(ring, kid, NOON, RevocationReason.COMPROMISED)
    keys = KeyFolder(ring, clock)()
    assert kid not in kids(keys)
    (entry,) = keys.revoked_jwks()["keys"]
    at = int(NOON.timestamp())
    assert (entry["kid"], entry["exp"]) == (kid, at)
    assert entry["revoked"] == {"revoked_at": at, "reason": "compromised"}
    assert "d" not in entry


def test_without_a_good_key_nothing_starts(ring: KeyRing, folder: Path) -> None:
    """Every key is revoked: said in one line, with what to do."""
    kid = read_keys(ring)[0].kid
    revoke(ring, kid, NOON, RevocationReason.UNSPECIFIED)
    (folder / "receipt-0002.pem").unlink()
    with pytest.raises(KeyFileError, match="fairwell keys rotate --in 0"):
        read_keys(ring)


def test_a_start_without_a_good_key_makes_one_of_a_new_number(ring: KeyRing, folder: Path) -> None:
    """A revoked key's number is not given again."""
    revoke(ring, read_keys(ring)[0].kid, NOON, RevocationReason.UNSPECIFIED)
    (folder / "receipt-0002.pem").unlink()
    KeyFolder(ring, SetClock())
    assert sorted(path.name for path in folder.iterdir()) == ["receipt-0001.revoked", "receipt-0002.pem"]


@pytest.mark.parametrize(
    "content",
    [
        "no JSON",
        "[]",
        "{}",
        '{"x": "AAAA", "revoked": {"revoked_at": 1, "reason": "compromised"}}',
        '{"x": 1, "revoked": {"revoked_at": 1, "reason": "compromised"}}',
    ],
)
def test_a_revocation_that_cannot_be_read_stops_the_start(ring: KeyRing, folder: Path, content: str) -> None:
    """Else a stolen key would count again, unnoticed."""
    put(folder, "receipt-0009.revoked", content)
    with pytest.raises(KeyFileError, match=r"receipt-0009\.revoked does not say"):
        KeyFolder(ring, SetClock())


@pytest.mark.parametrize("change", [{"revoked_at": 1e300}, {"revoked_at": None}, {"reason": "whim"}])
def test_a_revocation_without_a_time_or_reason_is_none(
    ring: KeyRing, folder: Path, change: dict[str, object]
) -> None:
    """The same, for its members."""
    revoke(ring, read_keys(ring)[0].kid, NOON, RevocationReason.UNSPECIFIED)
    path = folder / "receipt-0001.revoked"
    written = json.loads(path.read_text())
    written["revoked"] |= change
    path.write_text(json.dumps(written))
    with pytest.raises(KeyFileError, match="does not say"):
        read_keys(ring)
