from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import ReceiptInvalidError
from bot.domain.money import Money
from bot.domain.receipts import (
    PERSONAL_FIELDS,
    canonical_json,
    decode,
    digest,
    disclosure,
    encode,
    kid_of,
    open_disclosures,
    payload_of,
    timestamp,
)
from tests.unit.crypto.support import FACTS, NOON

SALTS = {name: encode(name.encode().ljust(16, b"."))[:22] for name in PERSONAL_FIELDS}
WORDS = st.text(st.characters(codec="utf-8"), max_size=50)
PAYLOAD, DISCLOSURES = payload_of(FACTS, SALTS)


def test_personal_facts_are_in_the_disclosures_only() -> None:
    """The signed payload has their digests and what is no person's; the disclosures have the rest."""
    claims, personal = open_disclosures(PAYLOAD, DISCLOSURES)
    assert set(personal) == set(PERSONAL_FIELDS)
    assert personal["words"] == FACTS.words
    for value in personal.values():
        assert value.encode() not in PAYLOAD
    assert claims["number"] == "R-4F7K-9M2Q"
    assert claims["charged"] == {"currency": "EUR", "minor": 0}
    assert claims["effective_at"] == "2026-11-30T12:00:00Z"


def test_what_is_signed_is_what_has_always_been_signed() -> None:
    """Byte for byte as in the first release: a receipt issued then must verify for ever."""
    signed = json.dumps(sorted(digest(item) for item in DISCLOSURES), separators=(",", ":"))
    assert PAYLOAD.decode() == (
        f'{{"_sd":{signed},"_sd_alg":"sha-256","carried_out_at":"2026-11-22T12:00:01Z",'
        '"charged":{"currency":"EUR","minor":0},"effective_at":"2026-11-30T12:00:00Z","generation":1,'
        '"iss":"Lantern Notes","kind":"cancel","number":"R-4F7K-9M2Q","plan":"Pro",'
        '"received_at":"2026-11-22T12:00:00Z","refunded":{"currency":"EUR","minor":0}}'
    )


def test_a_pause_states_its_end() -> None:
    """One fact more, and only where there is one."""
    payload, disclosures = payload_of(replace(FACTS, until=NOON + timedelta(days=60)), SALTS)
    claims, _ = open_disclosures(payload, disclosures)
    assert claims.pop("until") == "2027-01-21T12:00:00Z"
    assert claims == open_disclosures(PAYLOAD, DISCLOSURES)[0]


@pytest.mark.parametrize(
    "jws",
    ["", "a.b.c", "e30.e30.e30", f"{encode(b'[]')}.e30.e30", f"{encode(b'[' * 10**5)}.e30.e30", "é.a.b"],
)
def test_a_header_without_a_key_names_none(jws: str) -> None:
    """Refused like any other fault."""
    with pytest.raises(ReceiptInvalidError):
        kid_of(jws)


@given(WORDS, WORDS, st.integers(-(10**12), 10**12), st.integers(1, 10**6))
def test_what_goes_in_comes_out(words: str, name: str, minor: int, generation: int) -> None:
    """For every text and amount; and the same facts and salts give the same bytes."""
    facts = replace(
        FACTS, words=words, customer_name=name, refunded=Money(minor, "EUR"), generation=generation
    )
    payload, disclosures = payload_of(facts, SALTS)
    claims, personal = open_disclosures(payload, disclosures)
    assert (personal["words"], personal["customer_name"]) == (words, name)
    assert (claims["refunded"], claims["generation"]) == ({"currency": "EUR", "minor": minor}, generation)
    assert payload_of(facts, SALTS) == (payload, disclosures)


@given(st.sets(st.sampled_from(DISCLOSURES)))
def test_erasing_disclosures_leaves_what_was_signed_as_it_is(kept: set[str]) -> None:
    """Any of them, or all: the payload still opens, and shows exactly what was kept (P6)."""
    claims, personal = open_disclosures(PAYLOAD, sorted(kept))
    assert claims == open_disclosures(PAYLOAD, DISCLOSURES)[0]
    assert len(personal) == len(kept)


def test_a_disclosure_has_the_form_of_rfc_9901() -> None:
    """base64url of [salt, name, value]; its digest is SHA-256 over those characters."""
    item = disclosure("_26bc4LT-ac6q2KI6cBW5es", "family_name", "Möbius")
    assert json.loads(base64.urlsafe_b64decode(item + "==")) == [
        "_26bc4LT-ac6q2KI6cBW5es",
        "family_name",
        "Möbius",
    ]
    assert digest(item) == encode(hashlib.sha256(item.encode()).digest())
    # RFC 9901, 4.2.3: the digest given there for this disclosure.
    assert digest("WyI2cU1RdlJMNWhhaiIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0") == (
        "uutlBuYeMDyjLLTpf6Jxi7yNkEF35jdyWMn9U7b_RYY"
    )


def test_without_the_salt_a_digest_cannot_be_recognised() -> None:
    """The same words in two receipts have two digests."""
    assert digest(disclosure("a", "words", "cancel")) != digest(disclosure("b", "words", "cancel"))


def test_the_order_of_digests_says_nothing_about_the_fields() -> None:
    """They are sorted (RFC 9901, 4.2.4.1)."""
    signed = json.loads(PAYLOAD)["_sd"]
    assert signed == sorted(signed)


@pytest.mark.parametrize(
    "item",
    [
        encode(canonical_json(["salt", "customer", "victim"])),
        DISCLOSURES[0] + "=",
        DISCLOSURES[0][:-1],
        "",
        "ü",
    ],
)
def test_a_disclosure_that_was_not_signed_is_refused(item: str) -> None:
    """Another value, another spelling, nothing."""
    with pytest.raises(ReceiptInvalidError, match="not part of this receipt"):
        open_disclosures(PAYLOAD, [item])


def test_a_field_is_disclosed_once() -> None:
    """Twice the same is not as issued."""
    with pytest.raises(ReceiptInvalidError, match="twice"):
        open_disclosures(PAYLOAD, [DISCLOSURES[0], DISCLOSURES[0]])


@pytest.mark.parametrize(
    "raw",
    [
        b"no JSON",
        b'{"a":1}',
        b'["salt","name"]',
        b'["salt","name",1]',
        b'["salt", "name", "x"]',
        b'["\\ud800","a","b"]',
        b"\xff",
    ],
)
def test_an_odd_disclosure_is_refused_though_it_was_signed(raw: bytes) -> None:
    """Three texts in canonical form, and nothing else."""
    item = encode(raw)
    payload = canonical_json({"_sd": [digest(item)], "_sd_alg": "sha-256"})
    with pytest.raises(ReceiptInvalidError):
        open_disclosures(payload, [item])


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b"1",
        b"{}",
        b"{",
        b"\xff\xfe",
        b'{"_sd":"x","_sd_alg":"sha-256"}',
        b'{"_sd":[],"_sd_alg":"sha-512"}',
        b'{"_sd_alg":"sha-256","_sd":[]}',
        b'{"_sd": [],"_sd_alg":"sha-256"}',
        b'{"_sd":[],"_sd":[],"_sd_alg":"sha-256"}',
        b'{"_sd":[],"_sd_alg":"sha-256","x":NaN}',
        b'{"_sd":[],"_sd_alg":"sha-256","x":"\\ud800"}',
        b'{"_sd":[],"_sd_alg":"sha-256","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        PAYLOAD + b"\n",
    ],
)
def test_a_payload_in_another_form_is_refused(payload: bytes) -> None:
    """One content, one spelling; and never another exception."""
    with pytest.raises(ReceiptInvalidError):
        open_disclosures(payload, [])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_canonical_json_is_one_spelling(value: object) -> None:
    """What it spells reads back the same, and is spelt the same again."""
    assert json.loads(canonical_json(value)) == value
    assert canonical_json(json.loads(canonical_json(value))) == canonical_json(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800"])
def test_what_has_no_canonical_spelling_is_refused(value: object) -> None:
    """Before it is signed."""
    with pytest.raises(ValueError, match=r"JSON|surrogates"):
        canonical_json(value)


@given(st.binary())
def test_base64url_is_one_spelling(raw: bytes) -> None:
    """What is encoded decodes; padding or other characters are refused."""
    text = encode(raw)
    assert decode(text) == raw
    for other in (text + "=", text + "\n", " " + text, text + "+", text + "/", text + "A" * 5):
        if other != encode(raw + b"\0\0\0"):
            assert _decodes_to_itself_or_not(other)


def _decodes_to_itself_or_not(text: str) -> bool:
    try:
        return encode(decode(text)) == text
    except ReceiptInvalidError:
        return True


@pytest.mark.parametrize("text", ["A", "AA==", "QR", "Q=", "+A", "/A", "A A", "ÄÄ", "QUJ\n", "AAAAA"])
def test_other_spellings_of_bytes_are_refused(text: str) -> None:
    """Also bits left over at the end, which lax decoders drop."""
    with pytest.raises(ReceiptInvalidError):
        decode(text)


def test_times_are_utc_to_the_second() -> None:
    """RFC 3339, whatever zone they come in."""
    berlin = timezone(timedelta(hours=1))
    assert timestamp(NOON) == "2026-11-22T12:00:00Z"
    assert timestamp(datetime(2026, 11, 22, 13, 0, 0, 999_999, tzinfo=berlin)) == "2026-11-22T12:00:00Z"
