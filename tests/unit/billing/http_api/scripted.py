"""A billing system that answers as a test says, signed with one of Standard Webhooks' own libraries."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from bot.billing.http_api.billing import HttpBilling, HttpConfig
from bot.domain.errors import FairwellError
from bot.domain.money import Money
from bot.domain.subscriptions import Status
from bot.ports import BillingProvider, CancelAt
from bot.system import SystemIds
from tests.fixtures.billing_process import SECRET, subscription_json
from tests.fixtures.builders import subscription
from tests.fixtures.fakes import START, FakeClock

Json = dict[str, Any]
Respond = Callable[[httpx.Request], httpx.Response]

#: A cancellation.
AT = CancelAt(START + timedelta(days=3), False, Money(250, "EUR"))
HELD: Json = {"subscription": subscription_json(subscription())}
#: A subscription with a value in every field.
WHOLE: Json = subscription_json(
    subscription(
        status=Status.CANCELLING,
        ends_at=START,
        trial_until=START,
        paid=Money(900, "EUR"),
        status_before=Status.ACTIVE,
        paused_at=START,
        paused_until=START,
        withdrawal_until=START,
    )
)


def with_at(told: Any, path: Sequence[str | int], value: object) -> Any:  # noqa: ANN401 - JSON
    """The same JSON with another value at a place."""
    if not path:
        return value
    made: Any = dict(told) if isinstance(told, dict) else list(told)
    made[path[0]] = with_at(told[path[0]], path[1:], value)
    return made


def signature(name: str, body: str | bytes, *, secret: str = SECRET, at: datetime = START) -> dict[str, str]:
    """The headers of a message."""
    text = body if isinstance(body, str) else body.decode()
    return {
        "webhook-id": name,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(name, at, text),
    }


def answer(request: httpx.Request, told: object = None, status: int = 200, **signed: Any) -> httpx.Response:
    """What the billing system answers: `told` as JSON, or as it is, if it is text."""
    body = told if isinstance(told, str | bytes) else json.dumps(HELD if told is None else told)
    name = signed.pop("name", request.headers["webhook-id"].replace("req_", "res_"))
    headers: Mapping[str, str] = signed.pop("headers", {})
    return httpx.Response(status, content=body, headers={**signature(name, body, **signed), **headers})


@dataclass
class Scripted:
    """Answers with what `respond` makes of each request; `asked` has them all."""

    respond: Respond = answer
    asked: list[httpx.Request] = field(default_factory=list)
    clock: FakeClock = field(default_factory=FakeClock)
    waits: list[float] = field(default_factory=list)
    ledger: str = ""
    billing: HttpBilling = field(init=False)

    def __post_init__(self) -> None:
        async def handle(request: httpx.Request) -> httpx.Response:
            self.asked.append(request)
            made = self.respond(request)
            if not made.is_stream_consumed:
                return made
            # As it comes from a socket: nobody has read it yet.
            unread = httpx.ByteStream(made.content)
            return httpx.Response(made.status_code, headers=made.headers.raw, stream=unread)

        self.billing = HttpBilling(
            HttpConfig("https://billing.example.com/fairwell", SECRET, self.ledger),
            self.clock,
            SystemIds(),
            self.waits.append,
            httpx.MockTransport(handle),
        )

    def provider(self) -> BillingProvider:
        """With time enough."""
        return self.billing.outside(20)

    def told(self) -> list[Json]:
        """What was asked, as JSON, but for when it expires."""
        asked = [json.loads(request.content) for request in self.asked]
        return [{name: told[name] for name in told if name != "expires"} for told in asked]


@contextmanager
def scripted(respond: Respond = answer) -> Iterator[Scripted]:
    """One, closed afterwards."""
    made = Scripted(respond)
    yield made
    made.billing.close()


def fault_of(respond: Respond, seconds: float = 20) -> FairwellError:
    """What a cancellation comes to."""
    with scripted(respond) as made, pytest.raises(FairwellError) as caught:
        made.billing.outside(seconds).cancel("s_1", at=AT, idempotency_key="s_1:1")
    return caught.value
