"""What is kept of outgoing webhooks, and who sends them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.deliveries import DeliveryState
from bot.domain.errors import FairwellError
from bot.domain.webhooks import Endpoint, Event, EventType, WebhookDelivery


@dataclass(frozen=True, slots=True)
class Standing:
    """How many deliveries of an endpoint wait, and how many are dead."""

    waiting: int = 0
    dead: int = 0


class WebhookRepository(Protocol):
    """Endpoints, events, and the deliveries of these to those. Addresses, secrets, payloads are encrypted."""

    def endpoints(self) -> Sequence[Endpoint]:
        """All of them, oldest first."""
        ...

    def endpoint(self, endpoint_id: str) -> Endpoint | None: ...
    def lock_endpoint(self, endpoint_id: str) -> Endpoint | None:
        """Like `endpoint`, and nobody else changes it until the unit of work ends."""
        ...

    def put_endpoint(self, endpoint: Endpoint) -> None: ...
    def remove_endpoint(self, endpoint_id: str) -> None:
        """With its deliveries."""
        ...

    def add_event(self, event: Event) -> bool:
        """False when an event with the same key is there."""
        ...

    def event(self, event_id: str) -> Event | None: ...
    def add(self, delivery: WebhookDelivery) -> None:
        """Raises what the database raises for an event that is not there."""
        ...

    def get(self, event_id: str, endpoint_id: str) -> WebhookDelivery | None: ...
    def due(self, now: datetime) -> Sequence[str]:
        """The ids of the endpoints that anything is to be sent to now."""
        ...

    def lease(
        self, endpoint_id: str, owner: str, now: datetime, until: datetime, limit: int
    ) -> Sequence[WebhookDelivery]:
        """Takes an endpoint's due ones that nobody is at, longest due first."""
        ...

    def put(self, delivery: WebhookDelivery, owner: str) -> bool:
        """Stores how it stands and gives the lease back; False, with nothing done, where another has it."""
        ...

    def again(self, event_id: str, endpoint_id: str, now: datetime) -> bool:
        """Puts one on its way again, whatever became of it; False while somebody is at it."""
        ...

    def replay(self, endpoint_id: str, kinds: Sequence[EventType], since: datetime, now: datetime) -> int:
        """Puts an endpoint's events of these kinds on their way again; returns how many.

        Those that happened since then, also ones it was never told. What is on its way is left alone.
        """
        ...

    def bury(self, endpoint_id: str, now: datetime, fault: str) -> int:
        """Makes an endpoint's waiting ones dead, but for those somebody is at; returns how many."""
        ...

    def listed(
        self,
        *,
        state: DeliveryState | None = None,
        endpoint_id: str | None = None,
        since: datetime | None = None,
        limit: int | None = 200,
    ) -> Sequence[tuple[WebhookDelivery, EventType, datetime]]:
        """Deliveries with what they tell and when that happened, oldest first."""
        ...

    def standing(self) -> dict[str, Standing]:
        """By endpoint; where nothing waits and nothing is dead, there is no entry."""
        ...


class NotDeliveredError(FairwellError):
    """Nobody has taken it; says why in words of ours, with no part of the address."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The status an endpoint answered, and how long it asks to be left alone."""

    status: int
    retry_after: timedelta | None = None


class WebhookSender(Protocol):
    """Sends an event to an endpoint, signed. Used from the event loop; it waits 15 seconds at most."""

    async def send(self, endpoint: Endpoint, event: Event, now: datetime) -> Answer:
        """Raises `NotDeliveredError` where there is no answer, or the address must not be reached."""
        ...

    async def check(self, url: str) -> None:
        """Whether anything would be sent there now. Raises `EndpointInvalidError`."""
        ...


class AlertSender(Protocol):
    """Posts a text to a Slack webhook. Used from a thread; it waits 15 seconds at most."""

    def post(self, url: str, text: str) -> int:
        """Returns the status. Raises `NotDeliveredError` as `WebhookSender.send` does."""
        ...

    def check(self, url: str) -> None:
        """Whether anything would be sent there now. Raises `EndpointInvalidError`."""
        ...
