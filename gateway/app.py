"""The ASGI applications: the main one, and the one that Rasa's actions are answered by."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection

from console.app import create_console
from console.host import Host
from gateway import faults
from gateway.actions_app import create_actions_app
from gateway.api import billing, demo, health, leave, links, messages, receipts, sessions, socket, widget
from gateway.api.pages import Pages
from gateway.channels import connected
from gateway.middleware import BodyLimit, CarefulHeaders, Watch
from gateway.network import subscriber, visitor_of
from gateway.origins import Cors, KnownOriginsOnly, Origins
from gateway.pace import Pace
from gateway.rasa import Rasa
from gateway.runtime import ConnectChannels, Runtime
from gateway.visitors import Visitors

if TYPE_CHECKING:
    from bot.bootstrap import Application

__all__ = ["create_actions_app", "create_app"]

MAX_BODY = 64 * 1024
#: What a platform sends holds the message it answers, too. Refused it would come again for a day, and with it
#: nothing else: one connection keeps updates in order.
MAX_FROM_PLATFORMS = dict.fromkeys(
    ("/channels/telegram", "/channels/slack", "/billing/stripe", "/billing/http"), 1024 * 1024
)
#: People are told on a page, and that is made where the form is read; it takes no more than others do.
MAX_OF_PAGES = {"/leave": 1024 * 1024}


def create_app(
    application: Application,
    rasa: Rasa | None = None,
    pace: Pace | None = None,
    channels: ConnectChannels = connected,
) -> FastAPI:
    """The main application; its background work lives as long as its lifespan.

    `app.state.runtime` is what it is made of. `rasa`, `pace` and `channels` are for tests.
    """
    runtime = Runtime(application, rasa, pace, channels)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with runtime.running():
            yield

    app = FastAPI(
        title="Fairwell",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        middleware=_around(runtime),
    )
    app.state.runtime = runtime
    app.state.visitors = Visitors(runtime.deps, runtime.threads, application.settings)
    app.state.pages = Pages()
    faults.install(app)
    for topic in (sessions, messages, socket, links, widget, receipts, leave, billing, health):
        app.include_router(topic.router)
    for channel in runtime.platforms.channels.values():
        app.router.routes.extend(channel.routes(runtime.inbox.receive))
    if application.settings.demo:
        app.include_router(demo.router)
    app.mount("/console", create_console(_console_host(runtime)))
    return app


def _console_host(runtime: Runtime) -> Host:
    def network_of(connection: HTTPConnection) -> str | None:
        address = visitor_of(connection, runtime.settings.trusted_proxies)
        return None if address is None else subscriber(address)

    return Host(
        runtime.application,
        runtime.threads.run,
        runtime.announce,
        runtime.turns.submit,
        network_of,
        runtime.live,
    )


def _around(runtime: Runtime) -> list[Middleware]:
    """What every request passes through, from the outside in."""
    origins = Origins(runtime.settings)
    return [
        # Outside of what answers to faults, so that those can be read by whoever may read answers.
        Middleware(CarefulHeaders),
        Middleware(Cors, origins=origins),
        Middleware(Watch, metrics=runtime.metrics),
        Middleware(KnownOriginsOnly, origins=origins),
        Middleware(BodyLimit, limit=MAX_BODY, larger=MAX_FROM_PLATFORMS | MAX_OF_PAGES),
    ]
