from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from bot.crypto.identity_keys import MAX_FILE, read_identity_keys
from bot.crypto.keys import KeyFileError
from bot.domain.receipts import encode
from tests.unit.crypto.identity_forgery import NEW, OLD, key_file, public, raw, shared

_PRIME = 2**255 - 19
_ORDER_8 = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
#: The `y` of every point of small order, and spellings of them that are too large.
SMALL = [0, 1, _PRIME - 1, _PRIME, _PRIME + 1, _ORDER_8, _PRIME - _ORDER_8]
_PEM = OLD.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _problem(path: Path) -> str:
    """What the start says about the file, in one line that names it."""
    with pytest.raises(KeyFileError) as fault:
        read_identity_keys(path)
    text = str(fault.value)
    assert text.startswith(str(path))
    assert "\n" not in text
    return text


def _written(folder: Path, content: bytes) -> Path:
    path = folder / "identity-keys.json"
    path.write_bytes(content)
    path.chmod(0o600)
    return path


def test_without_the_setting_there_are_no_keys() -> None:
    """Only the installation's own secret counts then."""
    assert read_identity_keys(None) == {}


def test_a_file_holds_keys_of_both_kinds(tmp_path: Path) -> None:
    """With everything RFC 7517 may say about them, and with members that we do not know."""
    path = key_file(
        tmp_path,
        public("old", OLD, use="sig", alg="EdDSA", key_ops=["verify"]),
        public("new", NEW, alg="Ed25519", iat=1, x5c=["ignored"]),
        shared("shared", alg="HS256", use="sig", key_ops=["sign", "verify"]),
    )
    assert sorted(read_identity_keys(path)) == ["new", "old", "shared"]


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o640, 0o644, 0o664, 0o444])
def test_a_file_of_public_keys_may_be_read_by_anyone(tmp_path: Path, mode: int) -> None:
    """There is no secret in it."""
    assert list(read_identity_keys(key_file(tmp_path, public("old", OLD), mode=mode))) == ["old"]


@pytest.mark.parametrize("mode", [0o640, 0o644, 0o604, 0o620, 0o666, 0o601])
def test_a_file_with_a_secret_is_its_owners_alone(tmp_path: Path, mode: int) -> None:
    """One secret among the keys is enough; the line says what to run."""
    path = key_file(tmp_path, public("old", OLD), shared("shared"), mode=mode)
    assert f"run: chmod 600 {path}" in _problem(path)
    path.chmod(0o400)
    assert len(read_identity_keys(path)) == 2


def test_a_mounted_file_may_be_a_link(tmp_path: Path) -> None:
    """As Kubernetes mounts them; what counts is the mode of the file behind it."""
    link = tmp_path / "link.json"
    link.symlink_to(key_file(tmp_path, shared("shared"), mode=0o600))
    assert list(read_identity_keys(link)) == ["shared"]
    link.resolve().chmod(0o644)
    assert "chmod 600" in _problem(link)


def test_a_private_key_is_refused(tmp_path: Path) -> None:
    """It belongs to the company's server and nowhere else, however well the file is guarded here."""
    private = OKPKey.generate_key("Ed25519", private=True).as_dict(private=True)
    for key in (private, RSAKey.generate_key(2048).as_dict(private=True), shared("a", d="AAAA")):
        assert "key 2 is a private key (d)" in _problem(
            key_file(tmp_path, public("old", OLD), {**key, "kid": "new"})
        )


@pytest.mark.parametrize("again", [public("old", NEW), shared("old"), public("old", OLD)])
def test_two_keys_of_one_name_are_refused(tmp_path: Path, again: object) -> None:
    """Which one is meant would be anybody's guess."""
    assert "key 3 has the same kid as another one, 'old'" in _problem(
        key_file(tmp_path, public("old", OLD), public("new", NEW), again)
    )


@pytest.mark.parametrize("kid", [..., None, "", " ", "a b", "a\n", "x" * 129, "ключ", 7, True, ["old"], {}])
def test_a_key_without_a_usable_name_is_refused(tmp_path: Path, kid: object) -> None:
    """Missing, of another kind, too long, or not to be seen."""
    key = {name: value for name, value in {**public("old", OLD), "kid": kid}.items() if value is not ...}
    assert "key 1 has no usable kid" in _problem(key_file(tmp_path, key))


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ({"kid": "a"}, "neither"),
        ({"kid": "a", "kty": ["OKP"]}, "neither"),
        ({**ECKey.generate_key("P-256", private=False).as_dict(), "kid": "a"}, "neither"),
        ({**RSAKey.generate_key(2048, private=False).as_dict(), "kid": "a"}, "neither"),
        ({**OKPKey.generate_key("X25519", private=False).as_dict(), "kid": "a"}, "crv Ed25519"),
        ({**OKPKey.generate_key("Ed448", private=False).as_dict(), "kid": "a"}, "crv Ed25519"),
        (public("a", OLD, crv="ed25519"), "crv Ed25519"),
        (public("a", OLD, crv=None), "crv Ed25519"),
        (public("a", OLD, x=None), "x of 32 bytes"),
        (public("a", OLD, x=["AAAA"]), "x of 32 bytes"),
        (public("a", OLD, x=encode(raw(OLD)[:31])), "x of 32 bytes"),
        (public("a", OLD, x=encode(raw(OLD) + b"x")), "x of 32 bytes"),
        (public("a", OLD, x=encode(raw(OLD)) + "="), "its x is not base64url"),
        (public("a", OLD, x="ü" * 43), "its x is not base64url"),
        (public("a", OLD, x="-----BEGIN PUBLIC KEY-----"), "its x is not base64url"),
        (public("a", OLD, k="AAAA"), "is not an Ed25519 public key"),
        (public("a", OLD, alg="HS256"), "another alg than Ed25519 or EdDSA"),
        (public("a", OLD, alg="none"), "another alg"),
        (public("a", OLD, alg=None), "another alg"),
        (public("a", OLD, alg=["EdDSA"]), "another alg"),
        (public("a", OLD, use="enc"), "another use"),
        (public("a", OLD, use=None), "another use"),
        (public("a", OLD, key_ops=["sign"]), "key_ops lacks verify"),
        (public("a", OLD, key_ops="verify"), "key_ops lacks verify"),
        (shared("a", b"x" * 31), "at least 256 bits"),
        (shared("a", b""), "at least 256 bits"),
        (shared("a", k=None), "at least 256 bits"),
        (shared("a", k="not base64url!"), "its k is not base64url"),
        (shared("a", alg="EdDSA"), "another alg than HS256"),
        (shared("a", alg="HS512"), "another alg than HS256"),
        (shared("a", use="enc"), "another use"),
        (shared("a", _PEM), "has a public key or a certificate as its secret"),
        (shared("a", b"-----BEGIN CERTIFICATE-----\nMIIB"), "has a public key or a certificate"),
        (shared("a", b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE"), "has a public key or a certificate"),
        (shared("a", raw(NEW)), "has the x of a public key as its secret"),
    ],
)
def test_a_key_that_cannot_be_used_stops_the_start(tmp_path: Path, key: dict[str, Any], problem: str) -> None:
    """It is named by its place, the problem by its member; what is in the key is not repeated."""
    text = _problem(key_file(tmp_path, key, public("new", NEW)))
    assert ": key 1 " in text
    assert problem in text
    assert not any(len(str(value)) > 20 and str(value) in text for value in key.values())


@pytest.mark.parametrize("y", SMALL)
@pytest.mark.parametrize("sign", [0, 1 << 255])
def test_a_public_key_that_anybody_can_sign_for_is_refused(tmp_path: Path, y: int, sign: int) -> None:
    """Points of small order, such as a placeholder of zeros: they need no private key."""
    x = encode((y | sign).to_bytes(32, "little"))
    assert "no key pair has this x" in _problem(key_file(tmp_path, public("a", OLD, x=x)))


def test_why_points_of_small_order_are_refused() -> None:
    """The library alone takes one signature for every text with such a key."""
    neutral = (1).to_bytes(32, "little")
    for text in (b"one", b"two"):
        Ed25519PublicKey.from_public_bytes(neutral).verify(neutral + bytes(32), text)


def test_a_garbled_public_key_is_refused(tmp_path: Path) -> None:
    """An `x` that is not on the curve would never fit any token; one that is too large is misspelt."""
    for y in (2, _PRIME + 3, 2**255 - 1):
        x = encode(y.to_bytes(32, "little"))
        assert "no key pair has this x" in _problem(key_file(tmp_path, public("a", OLD, x=x)))


@given(st.binary(min_size=32, max_size=32))
def test_every_true_public_key_is_taken(tmp_path_factory: pytest.TempPathFactory, seed: bytes) -> None:
    """The check for sound points refuses no key that a key pair has."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    folder = tmp_path_factory.mktemp("keys")
    assert list(read_identity_keys(key_file(folder, public("a", key)))) == ["a"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is not a JWK Set: Expecting value"),
        (b"keys", "is not a JWK Set: Expecting value"),
        (b"[]", "it takes"),
        (b"null", "it takes"),
        (b"{}", "it takes"),
        (b'{"keys": {}}', "it takes"),
        (b'{"keys": ["old"]}', "it takes"),
        (b'{"keys": []}', "it holds no keys"),
        (json.dumps(public("old", OLD)).encode(), "it takes"),
        (_PEM, "is not a JWK Set: Expecting value"),
        (b'{"keys": [], "keys": []}', "given twice"),
        (b'{"keys": [{"kid": "a", "kid": "b"}]}', "given twice"),
        (b'{"keys": [{"kid": NaN}]}', "NaN is not JSON"),
        (b'{"keys": ' + b"[" * 30000, "is not a JWK Set"),
        (b"\xff\xfe{", "is not plain text"),
        (b" " * (MAX_FILE + 1), "is too long"),
    ],
)
def test_what_is_no_jwk_set_is_refused(tmp_path: Path, content: bytes, problem: str) -> None:
    """Another form, another file, half a file."""
    assert problem in _problem(_written(tmp_path, content))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Not there, or a folder."""
    assert "cannot be read: No such file" in _problem(tmp_path / "none.json")
    assert "cannot be read: Is a directory" in _problem(tmp_path)


def test_what_libraries_export_is_taken(tmp_path: Path) -> None:
    """A key made and exported with joserfc, as in docs/connect-website.md."""
    pair, secret = OKPKey.generate_key("Ed25519", {"kid": "a"}), OctKey.generate_key(256, {"kid": "b"})
    assert sorted(read_identity_keys(key_file(tmp_path, pair.as_dict(), secret.as_dict()))) == ["a", "b"]


def test_a_file_that_anybody_can_write_is_refused(tmp_path: Path) -> None:
    """Public keys are no secret, but whoever can add one can vouch for anybody."""
    path = key_file(tmp_path, public("old", OLD), mode=0o666)
    assert f"run: chmod o-w {path}" in _problem(path)
