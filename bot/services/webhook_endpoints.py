"""Endpoints of webhooks, as staff set them up: added, rotated, disabled, tried out, removed."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.errors import ConflictError, NotFoundError
from bot.domain.webhooks import (
    MOST_ENDPOINTS,
    OVERLAP,
    Endpoint,
    EndpointState,
    Event,
    EventType,
    Secret,
    WebhookDelivery,
    checked_url,
)
from bot.ports import UnitOfWork
from bot.ports.webhooks import Standing
from bot.services.dependencies import Dependencies


@dataclass(frozen=True, slots=True)
class Listed:
    """An endpoint, and how its deliveries stand."""

    endpoint: Endpoint
    standing: Standing


def add(deps: Dependencies, url: str, events: Sequence[EventType], *, words: bool) -> tuple[Endpoint, str]:
    """A new endpoint, and its secret, which is shown this once.

    Raises `EndpointInvalidError` for an address that can't be one, `ConflictError` for one that is there
    already, and where there are as many endpoints as there can be.
    """
    secret = _new_secret(deps)
    with deps.store.begin() as work:
        there = work.webhooks.endpoints()
        if any(endpoint.url == url for endpoint in there):
            raise ConflictError("there is an endpoint with this address")
        if len(there) >= MOST_ENDPOINTS:
            raise ConflictError(f"there are {MOST_ENDPOINTS} endpoints, and can be no more")
        endpoint = Endpoint(
            id=deps.ids.number("W"),
            url=checked_url(url),
            secrets=(Secret(secret),),
            created_at=deps.clock.now(),
            events=tuple(dict.fromkeys(events)),
            words=words,
        )
        work.webhooks.put_endpoint(endpoint)
        work.commit()
    return endpoint, secret


def listed(deps: Dependencies) -> Sequence[Listed]:
    """All of them, oldest first."""
    with deps.store.begin() as work:
        standing = work.webhooks.standing()
        return [Listed(item, standing.get(item.id, Standing())) for item in work.webhooks.endpoints()]


def rotate(deps: Dependencies, endpoint_id: str, overlap: timedelta = OVERLAP) -> str:
    """A new secret, shown this once; the one before it signs beside it until the overlap is over."""
    secret = _new_secret(deps)
    with deps.store.begin() as work:
        now = deps.clock.now()
        work.webhooks.put_endpoint(_locked(work, endpoint_id).rotated(secret, now, now + overlap))
        work.commit()
    return secret


def disable(deps: Dependencies, endpoint_id: str, why: str = "by staff") -> int:
    """Nothing is sent there any more; returns how many deliveries waited, and are dead now."""
    with deps.store.begin() as work:
        buried = stop(deps, work, _locked(work, endpoint_id), why)
        work.commit()
    return buried


def stop(deps: Dependencies, work: UnitOfWork, endpoint: Endpoint, why: str) -> int:
    """The same for one that the caller has locked."""
    work.webhooks.put_endpoint(replace(endpoint, state=EndpointState.DISABLED, why=why))
    return work.webhooks.bury(endpoint.id, deps.clock.now(), "the endpoint is disabled")


def enable(deps: Dependencies, endpoint_id: str) -> None:
    """It is told again what happens from now on."""
    with deps.store.begin() as work:
        endpoint = _locked(work, endpoint_id)
        work.webhooks.put_endpoint(replace(endpoint, state=EndpointState.ACTIVE, why=None))
        work.commit()


def remove(deps: Dependencies, endpoint_id: str) -> None:
    """Forgets it, its secrets, and what is on its way there."""
    with deps.store.begin() as work:
        _locked(work, endpoint_id)
        work.webhooks.remove_endpoint(endpoint_id)
        work.commit()


def test(deps: Dependencies, endpoint_id: str) -> str:
    """Sends an event that tells of nothing; returns the id of its delivery."""
    with deps.store.begin() as work:
        endpoint, now = _locked(work, endpoint_id), deps.clock.now()
        if not endpoint.active:
            raise ConflictError(f"{endpoint_id} is disabled; enable it first")
        name = deps.ids.new("e")
        data = json.dumps({"endpoint": endpoint_id})
        work.webhooks.add_event(Event(name, EventType.TEST, f"{EventType.TEST.value}:{name}", now, data))
        delivery = WebhookDelivery(name, endpoint_id, now)
        work.webhooks.add(delivery)
        work.commit()
    return delivery.id


def _locked(work: UnitOfWork, endpoint_id: str) -> Endpoint:
    endpoint = work.webhooks.lock_endpoint(endpoint_id)
    if endpoint is None:
        raise NotFoundError(f"there is no endpoint {endpoint_id}")
    return endpoint


def _new_secret(deps: Dependencies) -> str:
    """256 random bits; Standard Webhooks asks for 24 bytes at least, 64 at most."""
    return "whsec_" + base64.b64encode(deps.ids.token().encode()).decode()
