"""The client of our input channel in Rasa."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Protocol, Self

import httpx

from bot.domain.conversations import Understanding
from bot.domain.errors import FairwellError
from bot.services.turns import Prepared

CONNECT_SECONDS, TOTAL_SECONDS = 1.0, 15.0
_HEALTH = "/webhooks/fairwell/"
_WEBHOOK = "/webhooks/fairwell/webhook"

Mode = Literal["turn", "parse"]


class RasaError(FairwellError):
    """Rasa did not answer this message; it may be asked again."""


class RasaUnavailableError(RasaError):
    """Rasa is down, starting, or not ours to use: no fault of the message."""


class RasaTurnError(RasaError):
    """Rasa is there, but failed at this message; the action may have run all the same."""


class RasaRefusedError(RasaError):
    """Rasa will not look at this text, however often it is asked (422)."""


@dataclass(frozen=True, slots=True)
class RasaAnswer:
    """What Rasa said: the texts of its replies, none for `parse`, and how it understood the message."""

    texts: tuple[str, ...]
    understanding: Understanding


class Rasa(Protocol):
    """Rasa as the gateway needs it."""

    async def ask(self, inbox_id: str, prepared: Prepared, mode: Mode = "turn") -> RasaAnswer:
        """Has a message answered, or with `parse` only understood. Raises `RasaError`."""
        ...

    async def healthy(self) -> bool:
        """Whether Rasa is ready to be asked."""
        ...

    async def close(self) -> None:
        """Gives connections back."""
        ...


class RasaClient:
    """Implements `Rasa` over HTTP, on connections that are kept."""

    def __init__(self, url: str, secret: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._client = httpx.AsyncClient(
            base_url=url,
            headers={"X-Fairwell-Secret": secret},
            timeout=httpx.Timeout(TOTAL_SECONDS, connect=CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=32, max_keepalive_connections=32, keepalive_expiry=60),
            transport=transport,
            # A proxy of the machine's environment is for the internet, not for what customers write.
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def ask(self, inbox_id: str, prepared: Prepared, mode: Mode = "turn") -> RasaAnswer:
        """Has a message answered. Raises `RasaError`."""
        request = _request(inbox_id, prepared, mode)
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                response = await self._post(request)
        except (httpx.NetworkError, httpx.ConnectTimeout, httpx.RemoteProtocolError) as fault:
            raise RasaUnavailableError(f"no connection: {type(fault).__name__}") from None
        except (TimeoutError, httpx.HTTPError) as fault:
            # Busy, hung, or stuck on this message? Only its health tells.
            raise await self._fault(type(fault).__name__) from None
        if response.status_code == 200:
            return _answer(response)
        raise await self._refusal(response)

    async def healthy(self) -> bool:
        """Whether Rasa's channel says that it is ready."""
        try:
            async with asyncio.timeout(CONNECT_SECONDS * 2):
                response = await self._client.get(_HEALTH)
        except (TimeoutError, httpx.HTTPError):
            return False
        return response.status_code == 200

    async def close(self) -> None:
        """Gives connections back."""
        await self._client.aclose()

    async def _post(self, request: dict[str, object]) -> httpx.Response:
        try:
            return await self._client.post(_WEBHOOK, json=request)
        except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError):
            # A kept connection that Rasa has just closed looks the same as a Rasa that died.
            # Asking again tells, and is safe: a message's action acts once.
            return await self._client.post(_WEBHOOK, json=request)

    async def _refusal(self, response: httpx.Response) -> RasaError:
        status, code = response.status_code, _code(response)
        if code == "action_failed":
            return RasaTurnError("the action failed")
        if status == 422:
            return RasaRefusedError(f"refused: {code}")
        if status in {401, 403, 404, 503}:
            # Another secret, another server, no model yet: nothing that the message could be blamed for.
            return RasaUnavailableError(f"not ours to use yet: status {status}")
        return await self._fault(f"status {status}")

    async def _fault(self, what: str) -> RasaError:
        return RasaTurnError(what) if await self.healthy() else RasaUnavailableError(what)


def _request(inbox_id: str, prepared: Prepared, mode: Mode) -> dict[str, object]:
    return {
        "sender": prepared.sender,
        "inbox_id": inbox_id,
        "text": prepared.text,
        "intent": prepared.intent,
        "slots": {
            "language": prepared.language,
            "awaiting": prepared.awaiting.value if prepared.awaiting else None,
        },
        "mode": mode,
    }


def _code(response: httpx.Response) -> str:
    try:
        return str(response.json()["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return "unknown"


def _answer(response: httpx.Response) -> RasaAnswer:
    try:
        data: dict[str, Any] = response.json()
        intent = data["intent"]
        return RasaAnswer(
            texts=tuple(text for reply in data["replies"] if (text := reply.get("text"))),
            understanding=Understanding(
                intent=intent["name"],
                confidence=float(intent["confidence"]),
                rule=data.get("rule"),
                nlu_ms=float(data["nlu_ms"]),
                total_ms=float(data["total_ms"]),
            ),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise RasaTurnError(f"an answer that is none: {type(fault).__name__}") from None
