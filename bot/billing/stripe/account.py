"""One Stripe account, asked through Stripe's own library; its objects become plain JSON here."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import stripe

from bot.billing.stripe.config import API_VERSION, StripeConfig
from bot.billing.stripe.faults import explained, meaning, replayed
from bot.billing.stripe.transport import Transport
from bot.domain.errors import BillingRefusedError, BillingUnavailableError, NotFoundError

Json = dict[str, Any]

#: As many as a page holds.
PAGE = 100
#: More of anything than this no customer has; it ends what would otherwise go on for ever.
_PAGES = 50
#: Names of products are remembered for so many seconds.
_NAMES_SECONDS = 3600.0
_ID = re.compile(r"[A-Za-z0-9_]{1,255}")
#: So often the answer to a request is asked for anew, where Stripe keeps on repeating an old fault.
_TRIES = 5


class Account:
    """Asks and tells Stripe; raises our own faults only. Safe to be used by several threads.

    Everything is asked `within` a number of seconds. Whatever is of the other mode, test or live, is refused.
    """

    def __init__(self, config: StripeConfig) -> None:
        self.config = config
        self._transport = Transport()
        self._client = stripe.StripeClient(
            config.key,
            stripe_version=API_VERSION,
            base_addresses={"api": config.api_url},
            # Whoever asks tries again, with the same key: an outbox job, or the customer.
            max_network_retries=0,
            http_client=self._transport,
        )
        self._names: dict[str, tuple[str, float]] = {}

    @property
    def api(self) -> Any:  # noqa: ANN401 - parameters are plain dicts here, as they are in Stripe's documentation
        """Stripe's API as its library has it, for calls made through `get`, `pages` and `post`."""
        return self._client.v1

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """What is asked in here answers or fails within so many seconds in all."""
        with self._transport.within(seconds):
            yield

    def close(self) -> None:
        """Ends the connections."""
        self._transport.close()

    def get(self, call: Callable[..., Any], *args: object, **params: object) -> Json:
        """Reads one object. Raises `NotFoundError`, also for what can be no id of Stripe's."""
        if not all(_ID.fullmatch(str(item)) for item in args):
            raise NotFoundError("Stripe does not know it")
        with explained():
            return self._plain(call(*args, params=params))

    def pages(self, call: Callable[..., Any], **params: object) -> Iterator[Json]:
        """Reads a list to its end, page by page."""
        asked: Json = {"limit": PAGE, **params}
        for _ in range(_PAGES):
            page = self.page(call, **asked)
            yield from page["data"]
            if not page.get("has_more") or not page["data"]:
                return
            asked["starting_after"] = page["data"][-1]["id"]
        raise BillingUnavailableError("Stripe's list does not end")

    def page(self, call: Callable[..., Any], **params: object) -> Json:
        """Reads one page of a list."""
        with explained():
            page = _json(call(params=params))
        page["data"] = [self._checked(item) for item in page["data"]]
        return page

    def post(
        self,
        call: Callable[..., Any],
        *args: object,
        key: str,
        unless: Callable[[], bool] = lambda: False,
        **params: object,
    ) -> Json:
        """Changes something; `key` is Stripe's idempotency key. The caller has looked that it is not done.

        Stripe repeats its first answer to a key for 24 hours, a fault of its own too, and takes it for the
        same request only. An old fault is not believed: it is asked for under another key, the same one for
        everybody who is at it, `unless` it turns out to be done.
        """
        for attempt in range(1, _TRIES + 1):
            options = {"idempotency_key": key if attempt == 1 else f"{key}/{attempt}"}
            try:
                return self._plain(call(*args, params=params, options=options))
            except stripe.StripeError as fault:
                old = replayed(fault) or isinstance(fault, stripe.IdempotencyError)
                if not old or attempt == _TRIES:
                    raise meaning(fault) from None
            if unless():
                raise BillingUnavailableError("Stripe has done it meanwhile")
        raise AssertionError  # pragma: no cover - the last attempt returns or raises

    def tell(self, call: Callable[..., Any], *args: object, **params: object) -> Json:
        """Changes something that may be changed any number of times."""
        with explained():
            return self._plain(call(*args, params=params))

    def name_of(self, product: str, otherwise: str | None) -> str:
        """What a product is called; `otherwise` where Stripe does not say."""
        known = self._names.get(product)
        if known is None or known[1] < time.monotonic():
            try:
                self.remember(self.get(self.api.products.retrieve, product))
            except (NotFoundError, BillingRefusedError):
                return otherwise or product
            known = self._names[product]
        return known[0] or otherwise or product

    def remember(self, product: Json) -> None:
        """Keeps a product's name for a while."""
        self._names[product["id"]] = (str(product.get("name") or ""), time.monotonic() + _NAMES_SECONDS)

    def _plain(self, answer: Any) -> Json:  # noqa: ANN401 - whatever the library makes of an answer
        return self._checked(_json(answer))

    def _checked(self, found: Json) -> Json:
        """Refuses what is of the other mode: a key opens one only, so something is badly wrong."""
        if found.get("livemode") not in {None, self.config.live}:
            raise BillingRefusedError("Stripe answered for the other mode, test or live")
        return found


def _json(answer: Any) -> Json:  # noqa: ANN401 - as above
    made: Json = answer.to_dict()
    return made


def id_of(found: object) -> str:
    """The id of what stands in a field, expanded or not; empty where nothing does."""
    if isinstance(found, Mapping):
        return str(found.get("id") or "")
    return str(found or "")
