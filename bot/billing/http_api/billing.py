"""A company's own billing system, by the protocol of docs/billing-http.md."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx

from bot.billing.http_api import reading
from bot.billing.http_api.calls import Calls, timestamp
from bot.billing.http_api.line import Line
from bot.billing.http_api.signing import Signer
from bot.billing.http_api.told import OddError, Told, parse
from bot.domain.customers import Customer
from bot.domain.errors import BillingRefusedError, BillingUnavailableError, NotFoundError
from bot.domain.subscriptions import Plan, Subscription
from bot.ports import Abilities, BillingNews, BillingProvider, CancelAt, Clock, Ids

#: The event that says something of a customer; any other one is let pass.
CHANGED = "customer.changed"
#: Seconds that a page of all customers may take, and that are waited between tries.
_PAGE_SECONDS = 30.0
_WAITS = (1.0, 4.0, 16.0)


@dataclass(frozen=True, slots=True)
class HttpConfig:
    """Where the billing system is, and the secret that both sides sign with.

    `ledger` is the name of our own database: keys are counted there, act once for ever, and must not be taken
    for those of a database that there was before.
    """

    url: str
    secret: str = field(repr=False)
    ledger: str = ""

    @property
    def here(self) -> bool:
        """Whether it is on this machine, whatever a name server says."""
        host = urlsplit(self.url).hostname or ""
        try:
            return host == "localhost" or ip_address(host).is_loopback
        except ValueError:
            return False


class HttpBilling:
    """Implements `ports.RemoteBilling`.

    `clock` dates signatures; `pause` waits so many seconds, between tries of a long list. Raises `ValueError`
    for a secret that is none, and for an address of another machine that is not https.
    """

    name = "http"
    abilities = Abilities(pause=True, refund=True)

    def __init__(
        self,
        config: HttpConfig,
        clock: Clock,
        ids: Ids,
        pause: Callable[[float], object] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        if not config.here and not config.url.startswith("https://"):
            # What is signed can still be read on its way: who the customers are, and what they pay.
            raise ValueError("a billing system on another machine takes https")
        self._signer = Signer(config.secret, clock)
        self._line = Line(config.url, proxies=not config.here, transport=transport)
        self._calls = Calls(self._line, self._signer, ids, clock)
        self._ledger = config.ledger
        self._pause = pause or threading.Event().wait

    def outside(self, seconds: float) -> BillingProvider:
        """The provider, where each call answers or fails within so many seconds."""
        return HttpProvider(self._calls, seconds, self._ledger)

    def hear(self, headers: Mapping[str, str], body: bytes) -> BillingNews | None:
        """Reads an event that was sent to us.

        Raises `SignatureInvalidError`, and `BillingRefusedError` for what is signed, but not as documented.
        """
        event_id = self._signer.event(headers, body)
        try:
            told = parse(body, "the event")
            if told["type"].value != CHANGED:
                return None
            about = told["customer"]
            known = (reading.customer(about),) if about["email"].value is not None else ()
            return BillingNews(event_id, (about["id"].ref(),), known)
        except OddError as fault:
            raise BillingRefusedError(str(fault)) from None

    def customers(self) -> Iterator[Customer]:
        """All customers, page by page; none where the billing system does not list them."""
        after: str | None = None
        seen = {after}
        while True:
            try:
                page, after = self._page(after)
            except NotFoundError:
                return
            yield from page
            if after is None:
                return
            if after in seen:
                raise BillingUnavailableError("the list of customers does not end")
            seen.add(after)

    def close(self) -> None:
        """Ends the connections that are kept."""
        self._line.close()

    def _page(self, after: str | None) -> tuple[Sequence[Customer], str | None]:
        for wait in _WAITS:
            try:
                return self._calls.ask("customers", reading.customers, _PAGE_SECONDS, after=after)
            except BillingUnavailableError as fault:
                self._pause(fault.retry_after or wait)
        return self._calls.ask("customers", reading.customers, _PAGE_SECONDS, after=after)


@dataclass(frozen=True, slots=True)
class HttpProvider:
    """Implements `ports.BillingProvider`; each call answers or fails within `seconds`."""

    calls: Calls
    seconds: float
    ledger: str

    def subscriptions(self, customer_ref: str) -> Sequence[Subscription]:
        """All of a customer's, oldest first; none where the customer is unknown."""

        def read(answer: Told) -> Sequence[Subscription]:
            return reading.subscriptions(answer, customer_ref)

        try:
            return self.calls.ask("subscriptions", read, self.seconds, customer=customer_ref)
        except NotFoundError:
            return []

    def plans(self) -> Sequence[Plan]:
        """Every plan on sale, by ref."""
        return self.calls.ask("plans", reading.plans, self.seconds)

    def cancel(self, ref: str, *, at: CancelAt, idempotency_key: str) -> Subscription:
        """Ends a subscription and pays back what it is told to."""
        terms = {
            "at": timestamp(at.effective_at),
            "immediately": at.immediately,
            "refund": {"minor": at.refunded.minor, "currency": at.refunded.currency},
        }
        return self._change("cancel", ref, idempotency_key, **terms)

    def resume(self, ref: str, *, idempotency_key: str) -> Subscription:
        """Takes a cancellation back."""
        return self._change("resume", ref, idempotency_key)

    def pause(self, ref: str, *, until: datetime | None, idempotency_key: str) -> Subscription:
        """Stops charging until then, or until it is resumed."""
        return self._change("pause", ref, idempotency_key, until=until and timestamp(until))

    def unpause(self, ref: str, *, idempotency_key: str) -> Subscription:
        """Goes on after a pause."""
        return self._change("unpause", ref, idempotency_key)

    def acted(self, ref: str, *, idempotency_key: str) -> bool:
        """Whether a call with this key has had its effect."""

        def read(answer: Told) -> bool:
            return answer["acted"].flag()

        key = self._key(idempotency_key)
        return self.calls.ask("acted", read, self.seconds, subscription=ref, key=key)

    def note_reason(self, ref: str, *, feedback: str | None, comment: str | None) -> None:
        """Writes down why it was cancelled, beside the subscription."""

        def read(answer: Told) -> None:
            """There is nothing in it."""

        self.calls.ask("reason", read, self.seconds, subscription=ref, feedback=feedback, comment=comment)

    def _change(self, call: str, ref: str, key: str, **terms: object) -> Subscription:
        def read(answer: Told) -> Subscription:
            return reading.changed(answer, ref)

        return self.calls.ask(call, read, self.seconds, subscription=ref, key=self._key(key), **terms)

    def _key(self, key: str) -> str:
        return f"{self.ledger}:{key}" if self.ledger else key
