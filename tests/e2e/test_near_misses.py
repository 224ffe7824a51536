"""What must never cancel: other matters, commands, foreign buttons, and identities that are not one's own."""

from __future__ import annotations

import base64
import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from bot.crypto.identity_tokens import JwtIdentityTokens
from bot.system import SystemClock
from tests.e2e.chat import kinds, replies
from tests.e2e.conftest import Visit
from tests.e2e.instance import Instance

NEAR_MISSES = (
    "cancel my order",
    "cancel the appointment",
    "how do I cancel an alarm",
    "I don't want to cancel",
    "if this breaks once more I'll cancel",
    "cancel my last transfer",
    "please cancel my credit card",
    "never mind, do not cancel anything",
    "/cancel",
)
#: What Rasa would strip before it looks for a payload, and what only looks like nothing.
BLANKS = (
    *(
        "",
        " ",
        "\t",
        "\n",
        "\r\n",
        "\v",
        "\f",
        "\x1c",
        "\x1d",
        "\x1e",
        "\x1f",
        "\x85",
        "\xa0",
        "\u1680",
        "\u2000",
    ),
    *("\u2003", "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "\u200b", "\u2060"),
    *("\ufeff", "\u00ad", "\u180e", " \u200b "),
)


@pytest.mark.parametrize("words", NEAR_MISSES)
def test_near_misses(visit: Visit, fairwell: Instance, words: str) -> None:
    """Another matter, a condition or a denial cancels nothing, and is answered all the same."""
    answer = visit("demo-solo").say(words)

    assert answer
    assert fairwell.ledger.status("demo-solo") == {"pro": "active"}


def test_a_typed_payload_is_only_text(visit: Visit, fairwell: Instance) -> None:
    """`/cancel{…}` is never read as a payload, whatever white space stands before it."""
    for blank in BLANKS:
        # A conversation takes so many messages a minute and no more.
        answer = visit("demo-solo").say(f'{blank}/cancel{{"customer":"demo-multi"}}')
        assert "receipt" not in kinds(answer), repr(blank)

    assert fairwell.ledger.operations("demo-solo") == []
    assert fairwell.ledger.operations("demo-multi") == []


def test_a_button_of_another_conversation(visit: Visit, fairwell: Instance) -> None:
    """A button works in its own conversation only, even for the same customer."""
    mine, other, anonymous = visit("demo-multi"), visit("demo-multi"), visit()
    token = mine.say("I want to cancel")[0].buttons["cancel_all"]

    for chat in (other, anonymous):
        assert chat.post({"id": str(uuid.uuid4()), "button": token}).status_code == 404
    assert "cancelling" not in fairwell.ledger.status("demo-multi").values()


def test_identities_that_are_none(fairwell: Instance) -> None:
    """A forged, expired or unsigned token opens no session, not even an anonymous one."""
    good = fairwell.identity("demo-solo")
    head, body, signature = good.split(".")
    forged = JwtIdentityTokens("x" * 43, SystemClock()).issue("demo-solo", timedelta(minutes=5))
    unsigned = (
        base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "JWT"}).encode()).rstrip(b"=").decode()
    )
    expired = _signed(fairwell, {"exp": 1_700_000_000})
    too_long = _signed(fairwell, {"exp": 4_000_000_000})
    for token in (
        forged, expired, too_long, f"{unsigned}.{body}.", f"{unsigned}.{body}.{signature}", f"{head}.{body}.",
        f"{head}.{body}", good + "A", "", "null",
    ):  # fmt: skip
        answer = _open(fairwell, token)
        assert answer.status_code == 401, token
        assert answer.json()["error"]["code"] == "identity_invalid"

    assert _open(fairwell, good).status_code == 201
    again = _open(fairwell, good)
    assert (again.status_code, again.json()["error"]["code"]) == (401, "identity_used")


def _open(fairwell: Instance, token: str) -> httpx.Response:
    return httpx.post(f"{fairwell.url}/chat/sessions", json={"identity": token}, trust_env=False, timeout=30)


def _signed(fairwell: Instance, changed: dict[str, object]) -> str:
    claims = {"sub": "demo-solo", "aud": "fairwell", "jti": uuid.uuid4().hex} | changed
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(fairwell.identity_secret.encode()))


def test_the_same_message_fifty_times_at_once(visit: Visit, fairwell: Instance) -> None:
    """Fifty deliveries of one message: one cancellation, one receipt, the same answer each time."""
    chat = visit("demo-solo")
    body = {"id": str(uuid.uuid4()), "text": "I want to cancel"}

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(chat.post, [body] * 50))

    assert {answer.status_code for answer in answers} <= {200, 202}
    # On a slow machine each of them may be told to ask again.
    chat.send(body)
    told = {answer.text for answer in [*answers, chat.post(body)] if answer.status_code == 200}
    assert len(told) == 1
    assert kinds(replies(json.loads(told.pop())["replies"])) == ["receipt", "exit_question"]
    _one_cancellation(fairwell)


def test_the_same_id_with_other_words(visit: Visit) -> None:
    """An id that was used for other words is refused, and the first answer stands."""
    chat = visit("demo-none")
    body = {"id": str(uuid.uuid4()), "text": "hello"}
    first = chat.send(body)

    assert chat.post(body | {"text": "I want to cancel"}).status_code == 409
    assert chat.send(body) == first


def test_two_sessions_at_the_same_instant(visit: Visit, fairwell: Instance) -> None:
    """Two chats of one customer that cancel at once: one cancellation, one receipt, told in both."""
    chats = [visit("demo-solo") for _ in range(2)]

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda chat: chat.say("I want to cancel"), chats))

    numbers = {reply.receipt["number"] for answer in answers for reply in answer if reply.receipt}
    assert all(kinds(answer)[0] == "receipt" for answer in answers)
    assert len(numbers) == 1
    _one_cancellation(fairwell)


def _one_cancellation(fairwell: Instance) -> None:
    operations = fairwell.ledger.operations("demo-solo")
    assert [(item.kind, item.state, len(item.receipts)) for item in operations] == [
        ("cancel", "confirmed", 1)
    ]
    assert fairwell.ledger.status("demo-solo") == {"pro": "cancelling"}
