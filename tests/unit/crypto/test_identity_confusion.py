from __future__ import annotations

import base64
import json
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.crypto.identity_tokens import JwtIdentityTokens
from bot.domain.receipts import encode
from tests.unit.crypto.identity_forgery import (
    CLAIMS,
    NEW,
    OLD,
    OWN_SECRET,
    SHARED,
    STRANGER,
    by_key,
    by_secret,
    part,
    public,
    raw,
    refused,
    shared,
    tokens,
)
from tests.unit.crypto.support import SetClock

_PUBLIC = OLD.public_key()
_JWK = public("old", OLD)
#: The public half in every form in which a server may hold it, and an attacker may take it for a secret.
PUBLIC_FORMS = {
    "raw": raw(OLD),
    "hex": raw(OLD).hex().encode(),
    "base64url": encode(raw(OLD)).encode(),
    "base64": base64.b64encode(raw(OLD)),
    "DER": _PUBLIC.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    "PEM": _PUBLIC.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    "PEM, stripped": _PUBLIC.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).strip(),
    "OpenSSH": _PUBLIC.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH),
    "JWK": json.dumps(_JWK).encode(),
    "JWK, compact": json.dumps(_JWK, separators=(",", ":")).encode(),
    "JWK, canonical": json.dumps(_JWK, separators=(",", ":"), sort_keys=True).encode(),
    "JWK of a thumbprint": f'{{"crv":"Ed25519","kty":"OKP","x":"{_JWK["x"]}"}}'.encode(),
    "JWK Set": json.dumps({"keys": [_JWK, shared("shared")]}).encode(),
    "kid": b"old",
    "nothing": b"",
}  # fmt: skip


@pytest.fixture
def checker(tmp_path: Path) -> JwtIdentityTokens:
    """Knows one Ed25519 key, `old`, one secret, `shared`, and the installation's own."""
    return tokens(tmp_path, public("old", OLD), shared("shared"))


@pytest.mark.parametrize("alg", ["EdDSA", "Ed25519"])
def test_a_token_signed_with_the_companys_own_key_is_good(checker: JwtIdentityTokens, alg: str) -> None:
    """By the key of its `kid`, under both names of the algorithm (RFC 8037, RFC 9864)."""
    claim = checker.verify(by_key(OLD, {"alg": alg, "kid": "old", "typ": "JWT"}))
    assert (claim.customer_ref, claim.token_id) == ("demo-solo", "one")


def test_a_token_signed_with_a_further_secret_is_good(checker: JwtIdentityTokens) -> None:
    """HS256 with the secret of its `kid`."""
    assert checker.verify(by_secret(SHARED, {"alg": "HS256", "kid": "shared"})).token_id == "one"


def test_the_installations_own_secret_goes_on_without_a_kid(checker: JwtIdentityTokens) -> None:
    """As before, and what the command line and the demo issue is such a token."""
    assert checker.verify(by_secret(OWN_SECRET.encode(), {"alg": "HS256"})).token_id == "one"
    assert checker.verify(checker.issue("demo-solo", timedelta(hours=1))).customer_ref == "demo-solo"


@pytest.mark.parametrize("form", PUBLIC_FORMS)
@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512", "EdDSA", "Ed25519"])
@pytest.mark.parametrize("kid", ["old", "shared", None])
def test_a_public_key_is_never_a_secret(
    checker: JwtIdentityTokens, form: str, alg: str, kid: str | None
) -> None:
    """Key confusion: an HMAC made with the public key, which everybody may know, in any of its forms."""
    header = {"alg": alg} if kid is None else {"alg": alg, "kid": kid}
    refused(checker, by_secret(PUBLIC_FORMS[form], header))


@pytest.mark.parametrize("alg", ["HS256", "HS384", "EdDSA", "Ed25519", "Ed448", "ES256", "RS256", "none"])
def test_the_algorithm_is_the_keys_not_the_tokens(checker: JwtIdentityTokens, alg: str) -> None:
    """A true signature under the name of another algorithm is refused, for keys of both kinds."""
    if alg not in {"EdDSA", "Ed25519"}:
        refused(checker, by_key(OLD, {"alg": alg, "kid": "old"}))
    if alg != "HS256":
        refused(checker, by_secret(SHARED, {"alg": alg, "kid": "shared"}))
        refused(checker, by_secret(OWN_SECRET.encode(), {"alg": alg}))


def test_a_secret_is_never_a_key_pair(checker: JwtIdentityTokens) -> None:
    """The other way round: EdDSA with the `kid` of a secret, by whoever knows the secret or by anyone."""
    for key in (Ed25519PrivateKey.from_private_bytes(SHARED), OLD, STRANGER):
        for alg in ("EdDSA", "Ed25519", "HS256"):
            refused(checker, by_key(key, {"alg": alg, "kid": "shared"}))


@pytest.mark.parametrize("alg", ["EdDSA", "Ed25519"])
def test_a_key_pair_must_be_named(checker: JwtIdentityTokens, alg: str) -> None:
    """Without `kid` only the installation's own secret counts, even where there is but one key pair."""
    refused(checker, by_key(OLD, {"alg": alg}))


def test_keys_do_not_stand_in_for_each_other(checker: JwtIdentityTokens) -> None:
    """A true signature, but by another key than the one that is named."""
    refused(checker, by_secret(SHARED, {"alg": "HS256"}))
    refused(checker, by_secret(OWN_SECRET.encode(), {"alg": "HS256", "kid": "shared"}))
    refused(checker, by_key(STRANGER, {"alg": "EdDSA", "kid": "old"}))


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "", None, 0, ["EdDSA"], {"EdDSA": 1}, ...])
@pytest.mark.parametrize("kid", ["old", "shared"])
def test_an_unsigned_token_is_refused_whatever_key_it_names(
    checker: JwtIdentityTokens, alg: object, kid: str
) -> None:
    """`none` in every spelling, no `alg` at all; with an empty signature or with a true one."""
    header = {"kid": kid} if alg is ... else {"alg": alg, "kid": kid}
    refused(checker, f"{part(header)}.{part(CLAIMS)}.")
    refused(checker, by_key(OLD, header))
    refused(checker, by_secret(SHARED, header))


@pytest.mark.parametrize(
    "kid",
    [
        "older", "OLD", "ol", "old ", " old", "old\n", "old\x00", "оld", "", "x" * 129, "x" * 3000,
        "../old", "/dev/null", "' OR 1=1 --", None, 0, 1, True, 1.5, ["old"], {"old": 1}, [],
    ],
)  # fmt: skip
def test_an_unknown_or_odd_kid_is_refused(checker: JwtIdentityTokens, kid: object) -> None:
    """By whomever it is signed; and one that is there but null is not one that is missing."""
    refused(checker, by_key(OLD, {"alg": "EdDSA", "kid": kid}))
    refused(checker, by_secret(SHARED, {"alg": "HS256", "kid": kid}))
    refused(checker, by_secret(OWN_SECRET.encode(), {"alg": "HS256", "kid": kid}))


def test_without_a_file_of_keys_every_kid_is_unknown() -> None:
    """A token that names a key is not checked with another one."""
    checker = JwtIdentityTokens(OWN_SECRET, SetClock())
    assert "kid" in refused(checker, by_secret(OWN_SECRET.encode(), {"alg": "HS256", "kid": "old"}))


@pytest.mark.parametrize(
    "extra",
    [
        {"jku": "https://evil.example/keys.json"},
        {"jku": "http://127.0.0.1:9/keys.json"},
        {"jwk": public("old", STRANGER)},
        {"jwk": shared("old", b"x" * 32)},
        {"x5u": "https://evil.example/cert.pem"},
        {"x5c": ["MIIB"]},
        {"x5t": "AAAA"},
        {"x5t#S256": "AAAA"},
        {"crit": ["exp"], "exp": 1},
        {"crit": []},
        {"crit": None},
        {"b64": False, "crit": ["b64"]},
        {"b64": True},
        {"zip": "DEF"},
        {"typ": 1},
    ],
    ids=json.dumps,
)
def test_a_token_cannot_bring_its_own_key(checker: JwtIdentityTokens, extra: dict[str, object]) -> None:
    """Headers that bring or point to keys, or change the meaning: refused even with a true signature."""
    for key in (STRANGER, OLD):
        refused(checker, by_key(key, {"alg": "EdDSA", "kid": "old", **extra}))
    refused(checker, by_secret(b"x" * 32, {"alg": "HS256", "kid": "shared", **extra}))
    refused(checker, by_secret(OWN_SECRET.encode(), {"alg": "HS256", **extra}))


def test_a_key_pairs_token_for_somebody_else_is_refused(checker: JwtIdentityTokens) -> None:
    """A company signs more than our tokens with its key: only `aud` says which are meant for us."""
    for audience in ("somebody", ["somebody"], "Fairwell", None, ""):
        assert "somebody else" in refused(checker, by_key(OLD, {"alg": "EdDSA", "kid": "old"}, aud=audience))
        assert "somebody else" in refused(
            checker, by_secret(SHARED, {"alg": "HS256", "kid": "shared"}, aud=audience)
        )


def test_a_key_pairs_token_ends_like_any_other(checker: JwtIdentityTokens) -> None:
    """At most an hour, and with an identifier for single use."""
    header = {"alg": "EdDSA", "kid": "old"}
    for claims in ({"exp": CLAIMS["exp"] + 3600}, {"exp": None}, {"jti": None}, {"sub": ""}):
        refused(checker, by_key(OLD, header, **claims))


def test_a_claim_given_twice_is_refused(checker: JwtIdentityTokens) -> None:
    """Two readers could each take another one of them."""
    claims = encode(b'{"sub":"demo-multi",' + json.dumps(CLAIMS).encode()[1:])
    text = f"{part({'alg': 'EdDSA', 'kid': 'old'})}.{claims}"
    refused(checker, f"{text}.{encode(OLD.sign(text.encode()))}")


def test_any_altered_signature_is_refused(checker: JwtIdentityTokens) -> None:
    """Shortened, lengthened, doubled, another text's, or with a bit turned."""
    good = by_key(OLD, {"alg": "EdDSA", "kid": "old"})
    text, _, signature = good.rpartition(".")
    other = by_key(OLD, {"alg": "EdDSA", "kid": "old"}, sub="demo-multi").rpartition(".")[2]
    for forged in ("", signature[:-2], signature + "AA", signature * 2, signature + "=", other):
        refused(checker, f"{text}.{forged}")


def test_rotation_takes_both_keys_then_only_the_new_one(tmp_path: Path) -> None:
    """While both are in the file both are good; once the old one is out its tokens are refused at once."""
    before = by_key(OLD, {"alg": "EdDSA", "kid": "old"})
    after = by_key(NEW, {"alg": "EdDSA", "kid": "new"})
    first = tokens(tmp_path, public("old", OLD))
    assert first.verify(before).token_id == "one"
    assert "kid" in refused(first, after)
    both = tokens(tmp_path, public("old", OLD), public("new", NEW))
    assert both.verify(before).token_id == both.verify(after).token_id == "one"
    last = tokens(tmp_path, public("new", NEW))
    assert last.verify(after).token_id == "one"
    assert "kid" in refused(last, before)


def test_faults_repeat_nothing_of_the_token(checker: JwtIdentityTokens) -> None:
    """They may end up in a log."""
    assert "ada@example.com" not in refused(checker, by_key(OLD, {"alg": "EdDSA", "kid": "ada@example.com"}))
