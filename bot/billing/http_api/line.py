"""The line to a company's billing system: connections that are kept, and an end to each request."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from bot.domain.errors import BillingUnavailableError

#: Bytes of an answer. A page of a thousand customers has a fifth of it.
MOST_BYTES = 1024 * 1024
#: Shorter than servers keep connections by default (uvicorn and Node: 5 s), so that few are closed in use.
_KEPT = httpx.Limits(max_connections=32, max_keepalive_connections=8, keepalive_expiry=4)

#: So many seconds late a request may be cut off, on a machine with too much to do.
_GRACE = 1.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, not yet believed. Header names are in lower case, whoever asks."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class DroppedError(BillingUnavailableError):
    """The connection was closed before there was an answer; it may have been one that was kept too long."""


class Line:
    """Sends requests to one address; safe to be used by several threads.

    The network has a thread and an event loop of its own. A blocking client can only time each wait for the
    network, and not at all how long a name server takes: an answer that trickles in would hold a customer up
    for as long as it likes. Here a request is cut off when its time is over, wherever it stands.
    """

    def __init__(
        self, url: str, *, proxies: bool = True, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """`proxies` says that the environment's may be used; raises `httpx.InvalidURL`."""
        self._url = httpx.URL(url)
        self._client = httpx.AsyncClient(
            headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "fairwell"},
            timeout=None,  # noqa: S113 - each request has its end, see `post`
            limits=_KEPT,
            transport=transport,
            trust_env=proxies,
            follow_redirects=False,
        )
        self._starting = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def post(self, headers: Mapping[str, str], body: str, seconds: float) -> Answer:
        """One request; answered or given up within so many seconds in all.

        Raises `BillingUnavailableError`, whose words have nothing in them of what was asked.
        """
        sending = self._send(headers, body.encode(), seconds)
        waiting = asyncio.run_coroutine_threadsafe(sending, self._running())
        try:
            return waiting.result(seconds + _GRACE)
        except TimeoutError:  # the thread itself is held up
            waiting.cancel()
            raise BillingUnavailableError("no answer in time") from None

    def close(self) -> None:
        """Ends the connections that are kept, and the thread."""
        with self._starting:
            loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        if loop is None or thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._client.aclose(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._starting:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=self._loop.run_forever, name="billing-http", daemon=True
                )
                self._thread.start()
            return self._loop

    async def _send(self, headers: Mapping[str, str], body: bytes, seconds: float) -> Answer:
        try:
            async with (
                asyncio.timeout(seconds),
                self._client.stream(
                    "POST",
                    self._url,
                    content=body,
                    headers={"Content-Type": "application/json", **headers},
                ) as response,
            ):
                return Answer(response.status_code, response.headers, await _body(response))
        except TimeoutError:
            raise BillingUnavailableError("no answer in time") from None
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError) as fault:
            raise DroppedError(f"the connection was closed: {type(fault).__name__}") from None
        except httpx.HTTPError as fault:
            if "CERTIFICATE_VERIFY_FAILED" in str(fault):
                raise BillingUnavailableError("its certificate is not trusted here") from None
            raise BillingUnavailableError(f"no connection: {type(fault).__name__}") from None


async def _body(response: httpx.Response) -> bytes:
    """The body as it was sent, which is what its signature is over."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise BillingUnavailableError("the answer is compressed, which was not asked for")
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > MOST_BYTES:
            raise BillingUnavailableError(f"the answer is longer than {MOST_BYTES} bytes")
    return bytes(body)
