from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from bot.crypto.identity_tokens import JwtIdentityTokens
from bot.domain.errors import IdentityInvalidError
from tests.unit.crypto.support import NOON, SetClock

SECRET = "s" * 43
NOW = int(NOON.timestamp())
GOOD: dict[str, Any] = {"sub": "demo-solo", "aud": "fairwell", "exp": NOW + 600, "jti": "one"}
TOKENS = JwtIdentityTokens(SECRET, SetClock())
TOKEN = TOKENS.issue("demo-solo")


def _token(**claims: object) -> str:
    given_ = {name: value for name, value in {**GOOD, **claims}.items() if value is not ...}
    return jwt.encode({"alg": "HS256"}, given_, OctKey.import_key(SECRET))


def _refused(token: str, tokens: JwtIdentityTokens = TOKENS) -> str:
    with pytest.raises(IdentityInvalidError) as fault:
        tokens.verify(token)
    return str(fault.value)


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_token_says_who_and_until_when() -> None:
    """The customer, the token's own identifier for single use, and its end."""
    claim = TOKENS.verify(_token())
    assert (claim.customer_ref, claim.token_id) == ("demo-solo", "one")
    assert claim.expires_at == NOON + timedelta(minutes=10)


def test_issued_tokens_verify_and_are_all_different() -> None:
    """What the command line and the demo make is what we accept, up to the full hour."""
    one, other = (TOKENS.verify(TOKENS.issue("demo-solo", timedelta(hours=1))) for _ in range(2))
    assert one.customer_ref == "demo-solo"
    assert one.expires_at == NOON + timedelta(hours=1)
    assert one.token_id != other.token_id


@pytest.mark.parametrize("ttl", [timedelta(0), timedelta(hours=1, seconds=1), -timedelta(hours=1)])
def test_no_token_is_issued_that_would_be_refused(ttl: timedelta) -> None:
    """A token lives from a second to an hour."""
    with pytest.raises(ValueError, match="from a second to an hour"):
        TOKENS.issue("demo-solo", ttl)


def test_a_token_ends_when_it_says() -> None:
    """Good until its last second, then no more."""
    clock = SetClock()
    tokens = JwtIdentityTokens(SECRET, clock)
    clock.at = NOON + timedelta(seconds=599)
    assert tokens.verify(_token()).token_id == "one"
    clock.at = NOON + timedelta(seconds=600)
    assert "expired" in _refused(_token(), tokens)


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": NOW + 3600},
        {"exp": NOW + 0.5},
        {"aud": ["other", "fairwell"]},
        {"nbf": NOW + 60},
        {"iat": NOW + 60},
        {"iat": NOW - 10**6},
        {"role": "admin"},
    ],
)
def test_what_may_be(claims: dict[str, object]) -> None:
    """A full hour, parts of a second, us among several, clocks a minute apart, claims we do not know."""
    assert TOKENS.verify(_token(**claims)).customer_ref == "demo-solo"


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": ...},
        {"exp": NOW},
        {"exp": NOW - 1},
        {"exp": NOW + 3601},
        {"exp": "tomorrow"},
        {"exp": str(NOW + 600)},
        {"exp": True},
        {"exp": None},
        {"exp": [NOW + 600]},
        {"exp": -1},
        {"exp": 10**400},
        {"exp": 1e300},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"aud": ...},
        {"aud": "somebody"},
        {"aud": "Fairwell"},
        {"aud": []},
        {"aud": {"fairwell": 1}},
        {"sub": ...},
        {"sub": ""},
        {"sub": 7},
        {"sub": None},
        {"sub": " demo-solo"},
        {"sub": "demo\nsolo"},
        {"sub": "demo\u200bsolo"},
        {"sub": "x" * 129},
        {"jti": ...},
        {"jti": ""},
        {"jti": 7},
        {"jti": "x" * 129},
        {"nbf": NOW + 61},
        {"iat": NOW + 61},
        {"iat": "now"},
        {"nbf": True},
    ],
)
def test_what_may_not_be(claims: dict[str, object]) -> None:
    """Missing, of another kind, out of time, or for somebody else; signed with our secret all the same."""
    _refused(_token(**claims))


def test_another_secret_is_refused() -> None:
    """The signature is what counts."""
    assert "our secret" in _refused(jwt.encode({"alg": "HS256"}, GOOD, OctKey.import_key("x" * 43)))


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", "", None, 1, ["HS256"]])
def test_an_unsigned_token_is_refused(alg: object) -> None:
    """`alg: none` in every spelling, with an empty signature or with that of a good token."""
    for signature in ("", TOKEN.rpartition(".")[2]):
        _refused(f"{_part({'alg': alg, 'typ': 'JWT'})}.{_part(GOOD)}.{signature}")
    _refused(f"{_part({'alg': alg})}.{_part(GOOD)}")


def test_other_algorithms_are_refused() -> None:
    """Longer hashes with the same secret, and keys of other kinds."""
    for alg in ("HS384", "HS512"):
        _refused(jwt.encode({"alg": alg}, GOOD, OctKey.import_key(SECRET), algorithms=[alg]))
    _refused(jwt.encode({"alg": "RS256"}, GOOD, RSAKey.generate_key(2048), algorithms=["RS256"]))
    _refused(jwt.encode({"alg": "Ed25519"}, GOOD, OKPKey.generate_key("Ed25519"), algorithms=["Ed25519"]))


@pytest.mark.parametrize("extra", [{"crit": ["exp"], "exp": 1}, {"b64": False, "crit": ["b64"]}, {"odd": 1}])
def test_headers_that_change_the_meaning_are_refused(extra: dict[str, object]) -> None:
    """What must be understood and is not, and what nobody knows."""
    header, payload, _ = _token().split(".")
    signing = f"{_part({'alg': 'HS256', **extra})}.{payload}"
    key: Any = OctKey.import_key(SECRET)
    signature = JWSRegistry.algorithms["HS256"].sign(signing.encode(), key)
    _refused(f"{signing}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}")
    assert header != _part({"alg": "HS256", **extra})


@given(st.text(max_size=300))
def test_rubbish_is_refused_like_any_other_fault(text: str) -> None:
    """Never another exception."""
    _refused(text)
    _refused(f"{text}.{text}.{text}")
    _refused(f"{_part({'alg': 'HS256'})}.{text}.{text}")


@pytest.mark.parametrize("token", ["", "..", "a" * 4097, "{}", "null", f"{'[' * 2000}..", TOKEN + ".x"])
def test_odd_tokens_are_refused(token: str) -> None:
    """Empty, too long, too many segments."""
    _refused(token)


@given(st.integers(0, len(TOKEN) - 3), st.characters())
def test_an_altered_token_is_refused(at: int, char: str) -> None:
    """Any character of it."""
    if TOKEN[at] != char:
        _refused(TOKEN[:at] + char + TOKEN[at + 1 :])


def test_a_signed_list_is_no_identity() -> None:
    """Claims are an object."""
    key = OctKey.import_key(SECRET)
    for payload in ("[]", "1", '"sub"', "[" * 2000, '{"exp": NaN}'):
        signing = (
            f"{_part({'alg': 'HS256'})}.{base64.urlsafe_b64encode(payload.encode()).rstrip(b'=').decode()}"
        )
        signature = JWSRegistry.algorithms["HS256"].sign(signing.encode(), key)
        _refused(f"{signing}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}")


def test_faults_do_not_repeat_the_token() -> None:
    """They may end up in a log."""
    assert "demo-solo" not in _refused(_token(aud="somebody"))
