from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.receipts import canonical_json
from tests.unit.crypto.receipt_forgery import BYTES, COMPACT, JWKS, RECEIPT, refused


@given(st.integers(0, len(COMPACT) - 1), st.characters())
def test_any_altered_character_of_the_signature_is_refused(at: int, char: str) -> None:
    """Header, payload, signature and dots alike, in any other spelling."""
    if COMPACT[at] != char:
        refused({**RECEIPT, "jws": COMPACT[:at] + char + COMPACT[at + 1 :]})


def test_every_altered_base64_character_is_refused() -> None:
    """Also where it only touches bits that lax decoders ignore: each place, three other characters."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for at, char in enumerate(COMPACT):
        if char != ".":
            for step in (1, 16, 32):
                other = alphabet[(alphabet.index(char) + step) % 64]
                refused({**RECEIPT, "jws": COMPACT[:at] + other + COMPACT[at + 1 :]})


@given(st.integers(0, len(BYTES) - 1), st.integers(0, 255))
def test_any_altered_byte_of_the_document_is_refused(at: int, byte: int) -> None:
    """The file as it was saved: JWS, disclosures and the JSON around them."""
    if BYTES[at] != byte:
        refused(BYTES[:at] + bytes([byte]) + BYTES[at + 1 :])


@given(st.integers(0, len(BYTES) - 1), st.integers(0, 7))
def test_any_flipped_bit_of_the_document_is_refused(at: int, bit: int) -> None:
    """One bit is enough."""
    refused(BYTES[:at] + bytes([BYTES[at] ^ (1 << bit)]) + BYTES[at + 1 :])


@given(st.integers(0, len(canonical_json(JWKS)) - 1), st.integers(0, 255))
def test_any_altered_byte_of_the_key_is_refused(at: int, byte: int) -> None:
    """A key verifies under its own name and in its own form only."""
    keys = canonical_json(JWKS)
    if keys[at] != byte:
        refused(RECEIPT, keys[:at] + bytes([byte]) + keys[at + 1 :])


@given(st.binary(max_size=200))
def test_rubbish_is_refused_like_any_other_fault(rubbish: bytes) -> None:
    """Never another exception, wherever it stands."""
    text = rubbish.decode("latin-1")
    refused(rubbish)
    refused({**RECEIPT, "jws": text})
    refused({**RECEIPT, "jws": f"{text}.{text}.{text}"})
    refused({**RECEIPT, "disclosures": [text]})
    refused(RECEIPT, rubbish)
