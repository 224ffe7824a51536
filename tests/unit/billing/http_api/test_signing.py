from __future__ import annotations

import base64
import hmac
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from bot.billing.http_api.signing import Signer, key_of
from bot.domain.errors import SignatureInvalidError
from tests.fixtures.billing_process import SECRET
from tests.fixtures.fakes import START, FakeClock
from tests.unit.billing.http_api.scripted import signature

BODY = '{"subscriptions":[]}'


def signer(secret: str = SECRET) -> Signer:
    """With a clock that stands at START."""
    return Signer(secret, FakeClock())


def accepted(headers: dict[str, str], body: bytes = BODY.encode(), token: str = "t1") -> bool:  # noqa: S107
    """Whether this is taken for the answer to the request with the token."""
    try:
        signer().check_answer(token, headers, body)
    except SignatureInvalidError:
        return False
    return True


def test_a_request_is_signed_as_standard_webhooks_are() -> None:
    """By hand: HMAC-SHA256 over id, timestamp and body; what openssl makes is the same."""
    headers = signer().request("t1", BODY)
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    signed = f"req_t1.{int(START.timestamp())}.{BODY}".encode()
    assert headers == {
        "webhook-id": "req_t1",
        "webhook-timestamp": str(int(START.timestamp())),
        "webhook-signature": "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode(),
    }


def test_a_secret_without_the_prefix_is_a_key_as_it_stands() -> None:
    """So that any secret of 32 bytes serves; with the prefix it has to be base64."""
    assert key_of("x" * 32) == b"x" * 32
    assert key_of("whsec_eHh4") == b"xxx"
    with pytest.raises(ValueError, match="whsec_"):
        key_of("whsec_eHh4!")
    raw = "a secret that is no base64 at all, but long"
    expected = Webhook(raw.encode()).sign("req_t1", START, BODY)
    assert signer(raw).request("t1", BODY)["webhook-signature"] == expected


def test_an_answer_to_this_request_is_accepted() -> None:
    """Signed by another library, with the request's id; and with several signatures, of which one is ours."""
    headers = signature("res_t1", BODY)
    assert accepted(headers)
    other = signature("res_t1", BODY, secret="whsec_" + base64.b64encode(b"another" * 5).decode())
    both = f"{other['webhook-signature']} v1a,unknown {headers['webhook-signature']}"
    assert accepted({**headers, "webhook-signature": both})


def test_an_answer_to_another_request_is_refused() -> None:
    """However genuine: nobody can give an old answer to a new question, or swap two."""
    assert not accepted(signature("res_t0", BODY))
    assert not accepted(signature("res_t1", BODY), token="t2")


def test_our_own_request_is_no_answer() -> None:
    """Whoever sends it back to us has a valid signature, but not on an answer."""
    assert not accepted(signer().request("t1", BODY))
    assert not accepted({**signer().request("t1", BODY), "webhook-id": "res_t1"})


def test_neither_a_request_nor_an_answer_is_an_event() -> None:
    """What is signed for one purpose serves no other one."""
    for name in ("req_t1", "res_t1"):
        with pytest.raises(SignatureInvalidError):
            signer().event(signature(name, BODY), BODY.encode())
    assert signer().event(signature("evt_1", BODY), BODY.encode()) == "evt_1"


@pytest.mark.parametrize("minutes", [-6, 6])
def test_what_was_signed_long_ago_or_ahead_is_refused(minutes: int) -> None:
    """Five minutes either way are for clocks that differ."""
    assert not accepted(signature("res_t1", BODY, at=START + timedelta(minutes=minutes)))
    assert accepted(signature("res_t1", BODY, at=START + timedelta(minutes=minutes / 1.2)))


def test_another_secret_is_refused() -> None:
    """Also where all else is right."""
    assert not accepted(signature("res_t1", BODY, secret="whsec_" + base64.b64encode(b"b" * 32).decode()))


@given(data=st.data())
def test_whatever_is_altered_is_refused(data: st.DataObject) -> None:
    """One byte of the body, or any other text in one of the headers."""
    headers, body = signature("res_t1", BODY), bytearray(BODY.encode())
    if data.draw(st.booleans()):
        place = data.draw(st.integers(0, len(body) - 1))
        body[place] ^= data.draw(st.integers(1, 255))
    else:
        name = data.draw(st.sampled_from(sorted(headers)))
        other = data.draw(st.text().filter(lambda text: headers[name] not in text.split(" ")))
        headers[name] = other
    assert not accepted(headers, bytes(body))


@pytest.mark.parametrize(
    "odd",
    [
        {"webhook-id": ""},
        {"webhook-id": "res_t1.1"},
        {"webhook-id": "res_t1\n"},
        {"webhook-id": "res_ť1"},
        {"webhook-timestamp": ""},
        {"webhook-timestamp": "1773135000.0"},
        {"webhook-timestamp": "-1773135000"},
        {"webhook-timestamp": "١٧٧٣١٣٥٠٠٠"},
        {"webhook-timestamp": "9" * 400},
        {"webhook-timestamp": "99999999999"},
        {"webhook-signature": ""},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,%%%"},
        {"webhook-signature": "v1,ünïcödé 🙂 \ud800"},
        {"webhook-signature": "," * 5000},
    ],
    ids=str,
)
def test_odd_headers_are_refused_and_raise_nothing_else(odd: dict[str, str]) -> None:
    """Missing, doubled, in other alphabets, or as long as a server lets them be."""
    headers = signature("res_t1", BODY)
    assert not accepted({**headers, **odd})
    name = next(iter(odd))
    assert not accepted({key: value for key, value in headers.items() if key != name})


def test_a_body_that_is_no_text_is_refused() -> None:
    """Nothing is signed that is not JSON."""
    assert not accepted(signature("res_t1", BODY), b"\xff" + BODY.encode())


def test_an_id_has_no_dot() -> None:
    """A dot parts id, timestamp and body in what is signed: with one in the id there were two readings."""
    assert not accepted(signature("res_t1.1", BODY), token="t1.1")
