"""Who may open a session without saying who they are: everybody, but not without end (see ADR 0021)."""

from __future__ import annotations

import structlog
from starlette.requests import HTTPConnection

from bot.services import visits
from bot.services.dependencies import Dependencies
from bot.services.visits import TooManySessionsError
from bot.settings import Settings
from gateway.faults import ApiError
from gateway.network import subscriber, visitor_of
from gateway.threads import Threads

log = structlog.get_logger(__name__)


class Visitors:
    """Counts visitors by the address they come from, in the store: every replica counts the same ones."""

    def __init__(self, deps: Dependencies, threads: Threads, settings: Settings) -> None:
        self._deps = deps
        self._threads = threads
        self._trusted = settings.trusted_proxies
        self._warned = False

    async def admit(self, connection: HTTPConnection) -> None:
        """Does what `admit` below says."""
        address = visitor_of(connection, self._trusted)
        if address is None:
            # This machine itself, or a proxy that does not say for whom it asks: all visitors of a website
            # would share the allowance of one, and few would get in.
            self._warn(connection)
            return
        try:
            await self._threads.run(visits.admit, self._deps, subscriber(address))
        except TooManySessionsError as fault:
            self._warn(connection)
            seconds = str(fault.retry_after)
            raise ApiError(
                429,
                "too_many_sessions",
                f"Too many sessions from one address. Wait {seconds} seconds.",
                {"Retry-After": seconds},
            ) from None

    def _warn(self, connection: HTTPConnection) -> None:
        """Says once that there may be a proxy we have not been told about; any visitor can make us say it."""
        if not self._warned and "x-forwarded-for" in connection.headers:
            self._warned = True
            log.warning("visitors_unknown_behind_proxy", setting="FAIRWELL_TRUSTED_PROXIES")


async def admit(connection: HTTPConnection) -> None:
    """To be called before a session is opened for nobody in particular. Raises `ApiError` 429.

    It counts the session as opened. Who says who they are, by an identity token, needs no admission: each
    token opens one session.
    """
    visitors: Visitors = connection.app.state.visitors
    await visitors.admit(connection)
