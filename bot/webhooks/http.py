"""Sending: one POST to one address that was looked at, within 15 seconds, its answer's status and no more."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property

import httpx

from bot.domain.webhooks import Endpoint, EndpointInvalidError, Event, checked_url
from bot.ports.webhooks import Answer, NotDeliveredError
from bot.webhooks.addresses import Address, Names, Network, Resolve, reachable
from bot.webhooks.signing import signed

#: Standard Webhooks: between 15 and 30 seconds.
SECONDS = 15.0
#: A machine of several that does not take a connection for so long, in seconds, is passed over.
_CONNECT = 5.0
_ALWAYS = {"content-type": "application/json", "user-agent": "Fairwell-Webhooks/1"}


class HttpWebhookSender:
    """Implements `ports.WebhookSender`. Proxies of the environment are not used: they would look up names."""

    def __init__(
        self,
        allowed: Iterable[Network] = (),
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._allowed = tuple(allowed)
        self._resolve = resolve or Names().resolve
        self._given_tls = tls
        self._seconds = seconds

    async def send(self, endpoint: Endpoint, event: Event, now: datetime) -> Answer:
        """Raises `NotDeliveredError`."""
        body = event.body(words=endpoint.words)
        return await self.post(endpoint.url, signed(endpoint.signing(now), event.id, now, body), body, now)

    async def post(self, url: str, headers: Mapping[str, str], body: str, now: datetime) -> Answer:
        """Any JSON, to an address that is looked at as an endpoint's is. Raises `NotDeliveredError`."""
        with _in_words_of_ours(self._seconds):
            async with asyncio.timeout(self._seconds):
                where = httpx.URL(url)
                addresses = await self._addresses(where)
                return await self._post(where, addresses, {**_ALWAYS, **headers}, body.encode(), now)

    async def check(self, url: str) -> None:
        """Raises `EndpointInvalidError`."""
        try:
            with _in_words_of_ours(self._seconds):
                async with asyncio.timeout(self._seconds):
                    await self._addresses(httpx.URL(checked_url(url)))
        except NotDeliveredError as fault:
            raise EndpointInvalidError(f"nothing would be sent there: {fault}") from fault

    async def _addresses(self, url: httpx.URL) -> Sequence[Address]:
        encrypted = url.scheme == "https"
        return await reachable(_host(url), self._resolve, self._allowed, encrypted=encrypted)

    async def _post(
        self,
        url: httpx.URL,
        addresses: Sequence[Address],
        headers: Mapping[str, str],
        body: bytes,
        now: datetime,
    ) -> Answer:
        # A client for each: one that kept connections would give a machine's to another name on it.
        timeout = httpx.Timeout(self._seconds, connect=_CONNECT)
        async with httpx.AsyncClient(verify=self._tls, trust_env=False, timeout=timeout) as client:
            for address in addresses:
                request = client.build_request(
                    "POST",
                    url.copy_with(host=str(address)),
                    headers={**headers, "host": url.netloc.decode("ascii")},
                    content=body,
                    # Whose certificate it has to be: the name's, wherever it leads.
                    extensions={"sni_hostname": _host(url)},
                )
                try:
                    response = await client.send(request, stream=True, follow_redirects=False)
                except (httpx.ConnectError, httpx.ConnectTimeout):
                    if address == addresses[-1]:
                        raise
                    continue
                # What it says is not read: nothing that is sent back can be too long, or shown to anybody.
                await response.aclose()
                return Answer(response.status_code, _asked(response.headers.get("retry-after"), now))
        raise NotDeliveredError("its name is not known")

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Verifies certificates by the usual authorities, or those of `SSL_CERT_FILE`."""
        return self._given_tls or httpx.create_ssl_context()


@contextmanager
def _in_words_of_ours(seconds: float) -> Iterator[None]:
    """What the network's faults mean, without the address: that may hold a token."""
    try:
        yield
    except TimeoutError as fault:
        raise NotDeliveredError(f"no answer within {seconds:g} seconds") from fault
    except httpx.TimeoutException as fault:
        raise NotDeliveredError("no answer in time") from fault
    except httpx.ConnectError as fault:
        refused = any(isinstance(cause, ssl.SSLError) for cause in _causes(fault))
        raise NotDeliveredError("its certificate is not good" if refused else "not reached") from fault
    except httpx.InvalidURL as fault:
        raise NotDeliveredError("it is no address") from fault
    except httpx.HTTPError as fault:
        raise NotDeliveredError("the connection was dropped") from fault


def _causes(fault: BaseException | None) -> Iterator[BaseException]:
    while fault is not None:
        yield fault
        fault = fault.__cause__ or fault.__context__


def _host(url: httpx.URL) -> str:
    return url.raw_host.decode("ascii")


def _asked(header: str | None, now: datetime) -> timedelta | None:
    """`Retry-After`: seconds or a date (RFC 9110, 10.2.3); what is neither counts for nothing."""
    if header is None:
        return None
    try:
        if header.isascii() and header.isdigit() and len(header) < 10:
            return timedelta(seconds=int(header))
        at = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max((at if at.tzinfo else at.replace(tzinfo=UTC)) - now, timedelta(0))
