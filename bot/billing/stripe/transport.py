"""How Stripe's library reaches Stripe: one pool of connections, and an end to each call as a whole."""

from __future__ import annotations

import logging
import ssl
import threading
import time
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache

import httpx
import stripe

# Names addresses, which hold customers' e-mail addresses, at INFO.
logging.getLogger("stripe").setLevel(logging.WARNING)
# It would send how long requests took, and what machine this is.
stripe.enable_telemetry = False

#: Connections that are kept; a turn asks one thing after another.
_CONNECTIONS = httpx.Limits(max_connections=32, max_keepalive_connections=8, keepalive_expiry=15)


@cache
def _tls() -> ssl.SSLContext:
    """Reading the certificates of authorities takes longer than a call."""
    return httpx.create_ssl_context()


class Transport(stripe.HTTPClient):
    """An HTTP client for `stripe.StripeClient`; safe to be used by several threads.

    The library's own ones time each wait for the network, so that a call may take as long as it likes all the
    same. Here everything that is asked inside `within` is over by its end: whoever waits is a customer.
    """

    name = "httpx"

    def __init__(self) -> None:
        super().__init__()
        self._client = httpx.Client(verify=_tls(), limits=_CONNECTIONS, follow_redirects=False)
        self._ends = threading.local()
        # A command ends without closing anything.
        self._closing = weakref.finalize(self, self._client.close)

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Gives what this thread asks so many seconds in all; an outer one stays in force."""
        before = getattr(self._ends, "at", None)
        end = time.monotonic() + seconds
        self._ends.at = end if before is None else min(before, end)
        try:
            yield
        finally:
            self._ends.at = before

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: str | None = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        """One request. Raises `stripe.APIConnectionError`, which says nothing of what was asked."""
        body = bytearray()
        try:
            with self._client.stream(
                method.upper(), url, headers=headers, content=post_data, timeout=self._left()
            ) as answer:
                for piece in answer.iter_bytes():
                    body += piece
                    self._left()
            return body.decode(), answer.status_code, answer.headers
        except (httpx.HTTPError, UnicodeDecodeError) as fault:
            name = type(fault).__name__
            raise stripe.APIConnectionError(name) from None  # type: ignore[no-untyped-call] # as it is

    def close(self) -> None:
        """Closes the connections that are kept."""
        self._closing()

    def _left(self) -> float:
        end = getattr(self._ends, "at", None)
        if end is None:
            raise RuntimeError("nothing is asked of Stripe without a limit")
        left = float(end) - time.monotonic()
        if left <= 0:
            raise httpx.ReadTimeout("too late")
        return left
