"""Outgoing webhooks: what other systems are told, at which endpoints, and how each telling stands.

The format and the schedule of tries are those of Standard Webhooks 1.0.0 (https://www.standardwebhooks.com).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from bot.domain.deliveries import DeliveryState
from bot.domain.errors import FairwellError
from bot.domain.money import Money

#: Stands in every payload. Within a version fields are only ever added.
VERSION = 1
#: The payloads are kept for so long, whatever became of them, and can be sent again.
KEPT_FOR = timedelta(days=30)
#: A secret that was replaced goes on signing for so long, unless staff say otherwise.
OVERLAP = timedelta(hours=24)
#: More endpoints than anybody needs. Each is sent to apart from the others, which takes room of its own.
MOST_ENDPOINTS = 20
#: So many of a delivery's attempts are remembered, the newest.
_ATTEMPTS_KEPT = 20
_LONGEST_URL = 2000
#: The waits after the first, the second … failed try; about three days in all.
_WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
#: So often a delivery is tried before it is dead.
MAX_TRIES = len(_WAITS) + 1
#: An endpoint that asks to wait is waited for, up to this long.
_LONGEST_ASKED = timedelta(hours=24)


class EventType(StrEnum):
    """What is told. docs/webhooks.md and docs/webhooks.schema.json say what each one holds."""

    DECLARED = "cancellation.declared"
    COMPLETED = "cancellation.completed"
    UNDONE = "cancellation.undone"
    PAUSED = "subscription.paused"
    RESUMED = "subscription.resumed"
    WITHDRAWN = "withdrawal.completed"
    ANSWERED = "exit_answer.given"
    CASE_OPENED = "case.opened"
    CASE_WAITING = "case.waiting"
    HELD_BACK = "alerts.held_back"
    REMINDER = "staff.reminder"
    TEST = "webhook.test"  # sent when asked for, to the one endpoint it was asked for


class EndpointState(StrEnum):
    """Whether an endpoint is told anything."""

    ACTIVE = "active"
    DISABLED = "disabled"  # by staff, or because it answered 410 Gone


class EndpointInvalidError(FairwellError):
    """No address that anything is sent to; says why, in words of ours."""


@dataclass(frozen=True, slots=True)
class Secret:
    """What an endpoint's signatures are made with, `whsec_` and base64; `until` is when it ends (UTC)."""

    value: str = field(repr=False)
    until: datetime | None = None

    def signs(self, now: datetime) -> bool:
        """Whether what is sent now carries its signature."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where events are sent. Addresses often hold tokens, so this one is as secret as the secrets.

    `events` are those it is told, all where there are none; `words` whether it gets what customers said.
    `why` tells why it is disabled.
    """

    id: str
    url: str = field(repr=False)
    secrets: tuple[Secret, ...]
    created_at: datetime
    events: tuple[EventType, ...] = ()
    words: bool = False
    state: EndpointState = EndpointState.ACTIVE
    why: str | None = None

    @property
    def active(self) -> bool:
        """Whether it is told anything."""
        return self.state is EndpointState.ACTIVE

    def wants(self, kind: EventType) -> bool:
        """Whether it is told of events of this kind."""
        return kind is EventType.TEST or not self.events or kind in self.events

    def signing(self, now: datetime) -> tuple[str, ...]:
        """The secrets that sign what is sent now, the present one first."""
        return tuple(secret.value for secret in self.secrets if secret.signs(now))

    def rotated(self, value: str, now: datetime, until: datetime) -> Endpoint:
        """With a new secret; those before it sign until then, unless they end sooner."""
        before = (replace(item, until=min(item.until or until, until)) for item in self.secrets)
        return replace(self, secrets=(Secret(value), *(item for item in before if item.signs(now))))


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, told once to each endpoint. `id` is the `webhook-id`, the same in every try.

    `key` is unique: an event whose key exists is the same one. `data` is the JSON that everybody gets;
    `words` is what a customer said, for those who are told it.
    """

    id: str
    kind: EventType
    key: str
    occurred_at: datetime
    data: str = field(repr=False)
    words: str | None = field(default=None, repr=False)

    def body(self, *, words: bool) -> str:
        """What is sent, byte for byte, with what the customer said or without."""
        data = json.loads(self.data)
        if words and self.words is not None:
            data["words"] = self.words
        payload = {
            "type": self.kind.value,
            "version": VERSION,
            "timestamp": timestamp(self.occurred_at),
            "data": data,
        }
        return json.dumps(payload, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: when (UTC), the status that was answered, and why it failed, in words of ours."""

    at: datetime
    status: int | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class WebhookDelivery:
    """One event on its way to one endpoint. `run_at` is the next try, or the end (UTC).

    `tries` counts from when it was put on its way, the first time or again; `attempts` are those of all
    times. `fault` is why it waits or is dead.
    """

    event_id: str
    endpoint_id: str
    run_at: datetime
    state: DeliveryState = DeliveryState.WAITING
    tries: int = 0
    fault: str | None = None
    attempts: tuple[Attempt, ...] = ()

    @property
    def id(self) -> str:
        """How people call it."""
        return f"{self.event_id}:{self.endpoint_id}"

    def arrived(self, now: datetime, status: int) -> WebhookDelivery:
        """The endpoint has it."""
        made = replace(self, state=DeliveryState.SENT, run_at=now, tries=self.tries + 1, fault=None)
        return made._noting(Attempt(now, status))

    def failed(
        self, attempt: Attempt, chance: float, asked: timedelta | None = None, *, for_good: bool = False
    ) -> WebhookDelivery:
        """Not this time: again later, or dead. `asked` is how long the endpoint asks to be left alone."""
        tries = self.tries + 1
        made = replace(self, tries=tries, fault=attempt.fault)._noting(attempt)
        if for_good or tries >= MAX_TRIES:
            return replace(made, state=DeliveryState.DEAD, run_at=attempt.at)
        return replace(made, run_at=attempt.at + wait_after(tries, chance, asked))

    def _noting(self, attempt: Attempt) -> WebhookDelivery:
        return replace(self, attempts=(*self.attempts, attempt)[-_ATTEMPTS_KEPT:])


def wait_after(tries: int, chance: float, asked: timedelta | None = None) -> timedelta:
    """How long to wait after so many failed tries, up to a tenth more or less by `chance` (0 to 1).

    Longer where the endpoint asks for it, up to a day.
    """
    planned = _WAITS[tries - 1] * (0.9 + chance / 5)
    return max(planned, min(asked or planned, _LONGEST_ASKED))


def checked_url(url: str) -> str:
    """An address that can be one of an endpoint's. Raises `EndpointInvalidError`.

    Which machine it leads to is looked at whenever something is sent there.
    """
    if len(url) > _LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise EndpointInvalidError("takes an https address of at most 2000 plain characters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise EndpointInvalidError("takes an https address such as https://example.com/hooks") from None
    if parts.scheme not in {"https", "http"} or not parts.hostname or port == 0:
        raise EndpointInvalidError("takes an https address such as https://example.com/hooks")
    if "@" in parts.netloc or parts.fragment:
        raise EndpointInvalidError("takes an address without a name, a password or a fragment")
    return url


def amount(money: Money) -> Mapping[str, object]:
    """An amount as payloads have it, in minor units."""
    return {"currency": money.currency, "minor": money.minor}


def timestamp(at: datetime) -> str:
    """A time as payloads have it: UTC, milliseconds, RFC 3339."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
