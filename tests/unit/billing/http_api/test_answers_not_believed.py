"""Answers that are not what they should be: unsigned, altered, replayed, redirected, or of any other kind."""

from __future__ import annotations

import gzip
from datetime import timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import BillingRefusedError, BillingUnavailableError, NotFoundError
from tests.fixtures.fakes import START
from tests.unit.billing.http_api.scripted import HELD, answer, fault_of, scripted, signature


def test_an_old_answer_answers_no_new_question() -> None:
    """Recorded on its way and given again: genuine, and refused."""
    recorded: list[httpx.Response] = []

    def replay(request: httpx.Request) -> httpx.Response:
        recorded.append(answer(request))
        return httpx.Response(200, content=recorded[0].content, headers=recorded[0].headers)

    with scripted(replay) as made:
        made.provider().resume("s_1", idempotency_key="s_1:1")
        with pytest.raises(BillingUnavailableError, match="another request"):
            made.provider().resume("s_1", idempotency_key="s_1:2")


def test_our_request_sent_back_is_no_answer() -> None:
    """It carries a valid signature: ours."""
    fault = fault_of(lambda request: httpx.Response(200, content=request.content, headers=request.headers))
    assert isinstance(fault, BillingUnavailableError)


def test_an_altered_answer_is_refused() -> None:
    """By whoever stands between the two."""

    def alter(request: httpx.Request) -> httpx.Response:
        made = answer(request)
        return httpx.Response(200, content=made.content.replace(b"1200", b"1300"), headers=made.headers)

    assert "altered" in str(fault_of(alter))


def test_an_answer_of_another_secret_or_time_is_refused() -> None:
    """Signed an hour ago with this id, or by somebody else."""
    assert "too long ago" in str(fault_of(lambda request: answer(request, at=START - timedelta(hours=1))))
    other = "whsec_" + "b" * 44
    assert "secret" in str(fault_of(lambda request: answer(request, secret=other)))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    """What is signed for one address is given to no other."""
    with scripted(lambda _: httpx.Response(status, headers={"location": "https://evil.example/"})) as made:
        with pytest.raises(BillingUnavailableError, match="another address"):
            made.provider().plans()
        assert len(made.asked) == 1


def test_where_our_signature_is_not_taken_it_says_what_to_look_at() -> None:
    """Another secret, or a clock: nothing that an operation should be given up for."""
    fault = fault_of(lambda _: httpx.Response(401, json={"error": {"code": "not_signed"}}))
    assert isinstance(fault, BillingUnavailableError)
    assert "secrets" in str(fault)
    assert "clocks" in str(fault)


@pytest.mark.parametrize("status", [200, 204, 400, 403, 404, 409, 410, 418, 422])
def test_what_is_not_signed_decides_nothing(status: int) -> None:
    """A proxy's 404 during a deployment, a firewall's 403: it is tried again."""
    body = b'{"error":{"code":"not_found"}}' if status >= 400 else b'{"subscription":{}}'
    fault = fault_of(lambda _: httpx.Response(status, content=body))
    assert type(fault) is BillingUnavailableError
    assert "signed" in str(fault)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (200, "not_found"),
        (200, "conflict"),
        (200, "refused"),
        (404, "conflict"),
        (404, "gone"),
        (409, "not_found"),
        (409, None),
        (422, "conflict"),
        (422, "not_found"),
        (422, None),
        (201, None),
        (206, None),
    ],
)
def test_a_status_that_somebody_changed_decides_nothing(status: int, code: str | None) -> None:
    """The status is not signed; it has to agree with what is."""
    told = HELD if code is None else {"error": {"code": code}}
    assert type(fault_of(lambda request: answer(request, told, status))) is BillingUnavailableError


@pytest.mark.parametrize("code", ["", "Not Found", "a" * 61, 4, None, "ein\nzeiler", "ünbekannt"])
def test_an_odd_code_is_not_repeated_to_anybody(code: object) -> None:
    """It would stand in staff's pages and logs."""
    fault = fault_of(lambda request: answer(request, {"error": {"code": code}}, 422))
    assert type(fault) is BillingUnavailableError
    assert str(fault) == "the answer.error.code takes a word such as not_found"


def test_a_compressed_answer_is_refused() -> None:
    """Not asked for; and small on the line, it can be as large as it likes."""

    def compress(request: httpx.Request) -> httpx.Response:
        made = answer(request)
        headers = {**made.headers, "content-encoding": "gzip"}
        return httpx.Response(200, stream=httpx.ByteStream(gzip.compress(made.content)), headers=headers)

    assert "compressed" in str(fault_of(compress))


def test_an_answer_that_does_not_end_is_cut_off() -> None:
    """At a megabyte."""
    assert "longer" in str(fault_of(lambda request: answer(request, b" " * (1024 * 1024 + 1))))


@given(
    status=st.integers(200, 599),
    body=st.one_of(st.binary(max_size=200), st.text(max_size=100).map(lambda text: text.encode())),
    signed=st.booleans(),
    headers=st.dictionaries(
        st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature", "retry-after", "x-other"]),
        st.binary(max_size=40).map(lambda text: text.replace(b"\r", b"").replace(b"\n", b"").strip()),
        max_size=4,
    ),
)
def test_whatever_comes_back_is_one_of_our_faults(
    status: int, body: bytes, signed: bool, headers: dict[str, bytes]
) -> None:
    """Any status, any bytes, any headers: whoever asks sees nothing but an error of the domain."""

    def respond(request: httpx.Request) -> httpx.Response:
        try:
            own = signature(request.headers["webhook-id"].replace("req_", "res_"), body) if signed else {}
        except UnicodeDecodeError:
            own = {}
        raw = [(name.encode(), value.encode()) for name, value in own.items()]
        raw += [(name.encode(), value) for name, value in headers.items()]
        return httpx.Response(status, content=body, headers=raw)

    assert isinstance(fault_of(respond), (BillingUnavailableError, BillingRefusedError, NotFoundError))
