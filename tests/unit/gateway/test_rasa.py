"""The client of Rasa's channel, against a transport that answers as Rasa does."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from bot.domain.conversations import Awaiting
from bot.services.turns import Prepared, Step
from gateway.rasa import (
    RasaClient,
    RasaError,
    RasaRefusedError,
    RasaTurnError,
    RasaUnavailableError,
)

PREPARED = Prepared(Step.ASK, "c_1.1.0", text="I want to cancel", language="de", awaiting=Awaiting.OFFER)
ANSWER = {
    "intent": {"name": "cancel", "confidence": 0.98},
    "ranking": [],
    "language": "de",
    "nlu_ms": 4.5,
    "total_ms": 12.0,
    "actions": ["action_cancel"],
    "rule": "cancel",
    "policy": "RulePolicy",
    "replies": [
        {"text": "Done.", "custom": None, "response": None},
        {"text": None, "custom": None, "response": None},
    ],
}
Answers = Callable[[httpx.Request], httpx.Response]


def client(turn: Answers, health: int = 200) -> tuple[RasaClient, list[httpx.Request]]:
    """A client of a Rasa whose turns go as `turn` says."""
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(health)
        seen.append(request)
        return turn(request)

    return RasaClient("http://rasa", "the secret", httpx.MockTransport(handle)), seen


def answers(status: int, body: object = None) -> Answers:
    """A Rasa that says this."""
    return lambda _: httpx.Response(status, json=body if body is not None else {})


def raises(fault: type[httpx.TransportError]) -> Answers:
    """A Rasa that can't be heard."""

    def turn(request: httpx.Request) -> httpx.Response:
        raise fault("nora@example.com", request=request)

    return turn


async def test_a_turn() -> None:
    """Secret in its header, text and state in their fields; texts and understanding come back."""
    rasa, seen = client(answers(200, ANSWER))
    async with rasa:
        answer = await rasa.ask("m_1", PREPARED)

    (request,) = seen
    assert request.url.path == "/webhooks/fairwell/webhook"
    assert request.headers["X-Fairwell-Secret"] == "the secret"
    assert json.loads(request.content) == {
        "sender": "c_1.1.0",
        "inbox_id": "m_1",
        "text": "I want to cancel",
        "intent": None,
        "slots": {"language": "de", "awaiting": "offer"},
        "mode": "turn",
    }
    assert answer.texts == ("Done.",)
    assert answer.understanding.intent == "cancel"
    assert answer.understanding.rule == "cancel"
    assert answer.understanding.nlu_ms == 4.5


@pytest.mark.parametrize(
    ("turn", "health", "fault"),
    [
        (raises(httpx.ConnectError), 200, RasaUnavailableError),
        (raises(httpx.ConnectTimeout), 200, RasaUnavailableError),
        (raises(httpx.ReadError), 200, RasaUnavailableError),
        (raises(httpx.RemoteProtocolError), 503, RasaUnavailableError),
        (raises(httpx.ReadTimeout), 200, RasaTurnError),
        (raises(httpx.ReadTimeout), 503, RasaUnavailableError),
        (answers(500), 200, RasaTurnError),
        (answers(500), 503, RasaUnavailableError),
        (answers(503), 200, RasaUnavailableError),
        (answers(401), 200, RasaUnavailableError),
        (answers(404), 200, RasaUnavailableError),
        (answers(502, {"error": {"code": "action_failed", "message": "x"}}), 503, RasaTurnError),
        (answers(422, {"error": {"code": "payload", "message": "x"}}), 200, RasaRefusedError),
        (answers(200, {"replies": []}), 200, RasaTurnError),
        (answers(200, ["nonsense"]), 200, RasaTurnError),
        (lambda _: httpx.Response(200, content=b"nonsense"), 200, RasaTurnError),
    ],
)
async def test_faults(turn: Answers, health: int, fault: type[RasaError]) -> None:
    """What is Rasa's state and what is the message's fault are told apart; no fault repeats a text."""
    rasa, _ = client(turn, health)
    async with rasa:
        with pytest.raises(fault) as raised:
            await rasa.ask("m_1", PREPARED)

    assert type(raised.value) is fault
    assert "example.com" not in str(raised.value)
    assert "cancel" not in str(raised.value)


async def test_a_kept_connection_that_was_closed() -> None:
    """Asked again at once; nobody waits for that."""
    tries: list[int] = []

    def turn(request: httpx.Request) -> httpx.Response:
        tries.append(1)
        if len(tries) == 1:
            raise httpx.RemoteProtocolError("closed", request=request)
        return httpx.Response(200, json=ANSWER)

    rasa, seen = client(turn)
    async with rasa:
        assert (await rasa.ask("m_1", PREPARED)).texts == ("Done.",)
    assert len(seen) == 2


async def test_health() -> None:
    """Ready only where Rasa says so."""
    for status, healthy in ((200, True), (503, False), (404, False)):
        rasa, _ = client(answers(200), status)
        async with rasa:
            assert await rasa.healthy() is healthy

    def nobody(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    async with RasaClient("http://rasa", "the secret", httpx.MockTransport(nobody)) as rasa:
        assert await rasa.healthy() is False
