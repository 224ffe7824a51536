"""Websites that use the chat, and others: the whole application as they find it on the internet."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from gateway.app import create_app
from tests.fixtures.fakes import FakeClock
from tests.unit.gateway.fake_rasa import FakeRasa
from tests.unit.gateway.support import QUICK, World, application

SHOP = "https://shop.example"
#: Origins that may not: others', and all that looks like one that may.
FOREIGN = (
    "https://evil.example",
    "null",
    "",
    "http://shop.example",
    "https://shop.example:8443",
    "https://shop.example.",
    "https://shop.example/",
    "https://Shop.example",
    "HTTPS://shop.example",
    "https://shop.example:443",
    "https://shop.example.evil.example",
    "https://evilshop.example",
    "https://shop.example@evil.example",
    "https://evil.example#https://shop.example",
    "https://shop.example https://evil.example",
    "https://xn--shp-fna.example",
    "http://leave.example.evil.example",
    "https://leave.example:8000",
    "http://127.0.0.1:8000.evil.example",
    "http://127.0.0.1:3000",
    "http://localhost:3000",
    "file://",
    "chrome-extension://abcdefghijklmnop",
)


@asynccontextmanager
async def serving(home: Path, beside: World | None = None, **settings: Any) -> AsyncIterator[World]:
    """The whole application at https://leave.example, as a proxy hands it on, for the shop's pages too.

    `beside` is a replica with the same store and clock.
    """
    clock = beside.clock if beside else FakeClock()
    made = application(
        home,
        beside.application.deps.store if beside else None,  # type: ignore[arg-type]  # in memory
        clock,
        **{"demo": False, "public_url": "https://leave.example", "web_origins": SHOP, **settings},
    )
    made.ensure_demo()
    rasa = FakeRasa(made.deps)
    app = create_app(made, rasa, QUICK)
    transport = httpx.ASGITransport(app, client=("192.0.2.1", 50000), raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://leave.example") as client,
    ):
        yield World(made, rasa, app, client, clock)


def shared(response: httpx.Response) -> dict[str, str]:
    """The headers that let a page read something."""
    return {name: value for name, value in response.headers.items() if name.startswith("access-control-")}
