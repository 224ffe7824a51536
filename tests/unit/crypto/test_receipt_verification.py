from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jws
from joserfc.errors import UnsupportedAlgorithmError
from joserfc.jwk import OKPKey

from bot.crypto.receipt_jws import ReceiptRegistry, public_jwk
from bot.crypto.receipt_signing import Ed25519ReceiptSigner
from bot.crypto.receipt_verification import MAX_DOCUMENT, verify_receipt
from bot.domain.receipts import canonical_json, decode, encode
from tests.unit.crypto.receipt_forgery import (
    BYTES,
    COMPACT,
    HEADER,
    JWKS,
    KEY,
    PAYLOAD,
    RECEIPT,
    SIGNER,
    header_with,
    refused,
    signed_as,
)
from tests.unit.crypto.support import issue


def test_a_receipt_verifies_offline_and_shows_what_it_proves() -> None:
    """As an object or as JSON; the claims, the disclosed personal fields, the key's name."""
    found = verify_receipt(RECEIPT, JWKS)
    assert found == verify_receipt(BYTES, canonical_json(JWKS))
    assert found.kid == SIGNER.kid
    assert found.claims["number"] == "R-4F7K-9M2Q"
    assert found.claims["received_at"] == "2026-11-22T12:00:00Z"
    assert found.personal == {
        "customer": "demo-solo",
        "customer_name": "Ada Müller",
        "subscription_ref": "sub-1",
        "words": "I want to cancel — bye",
    }


def test_erasing_the_disclosures_leaves_a_valid_receipt() -> None:
    """The signature holds without any personal field, and none can be read from it (P6)."""
    found = verify_receipt({"jws": COMPACT, "disclosures": []}, JWKS)
    assert found.personal == {}
    assert b"demo-solo" not in PAYLOAD
    assert "Müller".encode() not in PAYLOAD


def test_white_space_around_json_is_not_part_of_the_receipt() -> None:
    """Whoever saved it with a line break at the end, or indented, still holds the receipt."""
    assert verify_receipt(json.dumps(RECEIPT, indent=2).encode() + b"\n", JWKS).personal


def test_our_own_signing_helper_makes_valid_receipts() -> None:
    """So that the refusals below are for the reason they name."""
    assert verify_receipt(signed_as(header_with()), JWKS).kid == SIGNER.kid


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + "=",
        lambda text: text + "\n",
        lambda text: " " + text,
        lambda text: text + ".",
        lambda text: text + "." + text,
        lambda text: text.replace(".", "=."),
        lambda text: text.rpartition(".")[0],
        lambda text: text.rpartition(".")[0] + ".",
        lambda text: text + "A",
        lambda text: text + "AAAA",
        lambda text: text.replace("-", "+").replace("_", "/") + "+",
        lambda text: text[: len(text) // 2] + "\n" + text[len(text) // 2 :],
    ],
)
def test_other_spellings_of_the_same_bytes_are_refused(change: Callable[[str], str]) -> None:
    """Padding, white space, further segments, the other base64 alphabet, trailing characters."""
    refused({**RECEIPT, "jws": change(COMPACT)})


@pytest.mark.parametrize(
    "header",
    [
        header_with(alg="none"),
        header_with(alg="HS256"),
        header_with(alg="Ed25519"),
        header_with(alg="ES256"),
        header_with(alg=None),
        canonical_json({"kid": SIGNER.kid, "typ": HEADER["typ"]}),
        b"[]",
        b"null",
        b"{",
        b"[" * 100_000,
    ],
)
def test_other_algorithms_are_refused_though_the_signature_fits(header: bytes) -> None:
    """The one algorithm is ours to choose, not the document's."""
    refused(signed_as(header))


@pytest.mark.parametrize(
    "header",
    [
        header_with(jwk=public_jwk(KEY)),
        header_with(jku="https://evil.example/jwks.json"),
        header_with(x5u="https://evil.example/cert"),
        header_with(x5c=["MII"]),
        header_with(crit=["exp"], exp=1),
        header_with(b64=False),
        header_with(cty="json"),
        header_with(typ="JWT"),
        header_with(kid=1),
        canonical_json({"alg": "EdDSA", "kid": SIGNER.kid}),
        json.dumps(HEADER).encode(),
        json.dumps(dict(reversed(HEADER.items())), separators=(",", ":")).encode(),
        header_with()[:-1] + b',"typ":"fairwell-receipt+jwt"}',
        b'{"alg":"EdDSA",' + header_with()[1:],
        header_with().replace(b"EdDSA", b"\\u0045dDSA"),
        header_with() + b" ",
    ],
)
def test_another_header_is_refused_though_the_signature_fits(header: bytes) -> None:
    """No key brought along or fetched, no extensions, no other order, no member twice, no other spelling."""
    refused(signed_as(header))


@pytest.mark.parametrize(
    "payload",
    [
        PAYLOAD + b" ",
        PAYLOAD.replace(b'"generation":1', b'"generation":1.0e0'),
        PAYLOAD.replace(b'"generation":1', b'"generation":2,"generation":1'),
        PAYLOAD.replace(b'"Pro"', b'"P\\u0072o"'),
        PAYLOAD.replace(b"sha-256", b"sha-1"),
        b"[]",
        b"{}",
        b"no JSON",
        b'{"_sd":["\\ud800"],"_sd_alg":"sha-256"}',
        b"[" * 50_000,
    ],
)
def test_a_payload_in_another_form_is_refused_though_the_signature_fits(payload: bytes) -> None:
    """One content, one spelling."""
    assert payload != PAYLOAD
    refused(signed_as(header_with(), payload))


def test_a_key_of_the_same_name_does_not_pass() -> None:
    """The name is worked out from the key, so that nobody can slip another key in under it."""
    theirs = OKPKey.generate_key("Ed25519")
    forged = jws.serialize_compact(HEADER, PAYLOAD, theirs, ["EdDSA"], ReceiptRegistry())
    key = {**public_jwk(theirs), "kid": SIGNER.kid}
    assert "form in which" in refused({**RECEIPT, "jws": forged}, {"keys": [key]})


def test_a_receipt_signed_by_somebody_else_does_not_pass() -> None:
    """Their key is not in our set."""
    theirs = Ed25519ReceiptSigner([OKPKey.generate_key("Ed25519").as_pem(private=True).decode()], b"p" * 32)
    assert "not in the key set" in refused(issue(theirs))
    assert "signature does not fit" in refused({**RECEIPT, "jws": COMPACT[:-40] + "A" * 40})


def test_a_public_key_is_never_taken_for_a_shared_secret() -> None:
    """The old confusion of HS256 with a public key as its secret."""
    signed = f"{encode(header_with(alg='HS256'))}.{encode(PAYLOAD)}"
    for secret in (decode(JWKS["keys"][0]["x"]), KEY.as_pem(private=False)):
        forged = f"{signed}.{encode(hmac.digest(secret, signed.encode(), 'sha256'))}"
        refused({**RECEIPT, "jws": forged})
        refused({**RECEIPT, "jws": forged + "A" * 43})  # as long as an Ed25519 signature


def test_the_library_is_told_the_one_algorithm_too() -> None:
    """A second fence behind our own look at the header."""
    with pytest.raises(UnsupportedAlgorithmError):
        ReceiptRegistry().get_alg("HS256")


@pytest.mark.parametrize(
    "jwks",
    [
        {},
        {"keys": {}},
        {"keys": []},
        {"keys": [1, "x", None]},
        {"keys": JWKS["keys"] * 2},
        {"keys": [{**JWKS["keys"][0], "d": "AAAA"}]},
        {"keys": [{**JWKS["keys"][0], "use": "enc"}]},
        {"keys": [{**JWKS["keys"][0], "x": None}]},
        {"keys": [{**JWKS["keys"][0], "x": "AAAA"}]},
        {"keys": [{**JWKS["keys"][0], "x": JWKS["keys"][0]["x"] + "="}]},
        {"keys": [{**JWKS["keys"][0], "crv": "X25519"}]},
        b"[]",
        b"{" + b" " * MAX_DOCUMENT,
    ],
)
def test_a_key_set_in_another_form_is_refused(jwks: dict[str, Any] | bytes) -> None:
    """No private members, no second key of the name, nothing but what we publish."""
    refused(RECEIPT, jwks)


def test_other_keys_in_the_set_do_not_matter() -> None:
    """A company may publish keys for other things in the same set (RFC 7517, 5)."""
    others = [{"kty": "RSA", "kid": "other"}, "odd"]
    assert verify_receipt(RECEIPT, {"keys": [*others, *JWKS["keys"]]}).kid == SIGNER.kid


@pytest.mark.parametrize(
    "document",
    [
        {"jws": COMPACT},
        {**RECEIPT, "note": ""},
        {**RECEIPT, "jws": None},
        {**RECEIPT, "disclosures": None},
        {**RECEIPT, "disclosures": "x"},
        {**RECEIPT, "disclosures": [1]},
        {**RECEIPT, "disclosures": [RECEIPT["disclosures"][0]] * 2},
        {**RECEIPT, "disclosures": [RECEIPT["disclosures"][0] + "="]},
        {**RECEIPT, "disclosures": [encode(b'["salt","customer","victim"]')]},
        {**RECEIPT, "disclosures": [encode(b"x"), "ü"]},
        {**RECEIPT, "jws": "A" * (MAX_DOCUMENT + 1)},
        BYTES + b"x",
        BYTES + BYTES,
        b"\xef\xbb\xbf" + BYTES,
        BYTES[:-1] + b',"jws":"x"}',
        b'{"jws":"x",' + BYTES[1:],
        b"[]",
        b"",
    ],
)
def test_a_document_in_another_form_is_refused(document: dict[str, Any] | bytes) -> None:
    """Nothing missing, nothing more, no member twice, no disclosure that was not signed."""
    refused(document)


def test_faults_never_repeat_the_personal_fields() -> None:
    """What is wrong is said in one line, without what the receipt says of a person."""
    swapped = base64.urlsafe_b64encode(b'["salt","customer","demo-multi"]').decode()
    said = refused({**RECEIPT, "disclosures": [swapped]})
    assert "demo" not in said
    assert "\n" not in said
