from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc.jwk import OKPKey

from bot.crypto.keys import KeyFileError, KeyRing
from bot.crypto.receipt_keys import KeyFolder
from bot.crypto.receipt_signing import Ed25519ReceiptSigner
from bot.crypto.receipt_verification import verify_receipt
from bot.domain.receipts import decode
from tests.unit.crypto.support import SetClock, issue

PAGES = b"p" * 32


def _pem(key: Ed25519PrivateKey | X25519PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture
def signer(tmp_path: Path) -> Ed25519ReceiptSigner:
    """The signer of a fresh installation."""
    return Ed25519ReceiptSigner(KeyFolder(KeyRing(tmp_path / "keys"), SetClock()), PAGES)


def test_the_header_says_how_to_check_and_nothing_else(signer: Ed25519ReceiptSigner) -> None:
    """EdDSA, the key's name, the type; in canonical form."""
    header = decode(signer.sign(b"{}").split(".")[0])
    assert header == f'{{"alg":"EdDSA","kid":"{signer.kid}","typ":"fairwell-receipt+jwt"}}'.encode()


def test_published_keys_hold_nothing_private(signer: Ed25519ReceiptSigner) -> None:
    """Exactly the public members; the name is the RFC 7638 thumbprint."""
    (key,) = signer.jwks()["keys"]
    assert set(key) == {"alg", "crv", "kid", "kty", "use", "x"}
    assert key["kid"] == OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": key["x"]}).thumbprint()
    assert json.loads(json.dumps(signer.jwks())) == signer.jwks()


def test_after_a_new_key_old_receipts_still_verify() -> None:
    """The newest signs, all are published, the newest first."""
    old, new = (_pem(Ed25519PrivateKey.generate()) for _ in range(2))
    before, after = Ed25519ReceiptSigner([old], PAGES), Ed25519ReceiptSigner([new, old], PAGES)
    assert [key["kid"] for key in after.jwks()["keys"]] == [after.kid, before.kid]
    assert verify_receipt(issue(before), after.jwks()).kid == before.kid
    assert verify_receipt(issue(after), after.jwks()).kid == after.kid


def test_salts_are_128_random_bits(signer: Ed25519ReceiptSigner) -> None:
    """Too many to try out what an erased field said (RFC 9901, 9.3)."""
    salts = {signer.salt() for _ in range(50)}
    assert len(salts) == 50
    assert {len(decode(salt)) for salt in salts} == {16}


def test_page_keys_follow_from_the_number_and_our_secret_alone(signer: Ed25519ReceiptSigner) -> None:
    """Nothing is stored; another number or installation has another key; 256 bits, safe in an address."""
    other = Ed25519ReceiptSigner([_pem(Ed25519PrivateKey.generate())], PAGES)
    elsewhere = Ed25519ReceiptSigner([_pem(Ed25519PrivateKey.generate())], b"q" * 32)
    key = signer.page_key("R-4F7K-9M2Q")
    assert key == other.page_key("R-4F7K-9M2Q")
    assert key != signer.page_key("R-4F7K-9M2R")
    assert key != elsewhere.page_key("R-4F7K-9M2Q")
    assert len(decode(key)) == 32


@pytest.mark.parametrize("pem", [_pem(X25519PrivateKey.generate()), "no key", ""])
def test_a_key_of_another_kind_is_refused_at_the_start(pem: str) -> None:
    """Not when the first customer wants a receipt."""
    with pytest.raises(KeyFileError, match=r"receipt-\*\.pem holds|receipt-\*\.pem does not hold"):
        Ed25519ReceiptSigner([pem], PAGES)


def test_a_signer_without_keys_is_none() -> None:
    """Neither without a key to sign nor with a page secret that could be guessed."""
    with pytest.raises(ValueError, match="at least one key"):
        Ed25519ReceiptSigner([], PAGES)
    with pytest.raises(ValueError, match="256 bits"):
        Ed25519ReceiptSigner([_pem(Ed25519PrivateKey.generate())], b"short")
