"""A conversation in shadow mode, over HTTP."""

from __future__ import annotations

from pathlib import Path

import httpx

from bot.domain.shadow import Verdict
from bot.services import shadow
from gateway.app import create_app
from tests.fixtures.fakes import FakeClock
from tests.unit.gateway.fake_rasa import FakeRasa
from tests.unit.gateway.looks import CANCELLED
from tests.unit.gateway.support import QUICK, World, application, button


async def test_words_ask_and_a_press_cancels(tmp_path: Path) -> None:
    """It is ready as ever; the question comes where the receipt would, and the receipt with the press."""
    clock = FakeClock()
    made = application(tmp_path, clock=clock, shadow=True)
    rasa = FakeRasa(made.deps)
    app = create_app(made, rasa, QUICK)
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50000), raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client,
    ):
        world = World(made, rasa, app, client, clock)
        assert (await client.get("/readyz")).status_code == 200
        session = await world.session("demo-solo")

        (asked,) = (await world.say(session, "I want to cancel")).json()["replies"]
        assert asked["text"] == "shadow_cancel"
        done = await world.say(session, button=button(asked, "cancel_now"))

        assert [reply["kind"] for reply in done.json()["replies"]] == CANCELLED
    (compared,) = shadow.compared(made.deps, 10)
    assert (compared.verdict, compared.decision.intent) == (Verdict.AGREED, "cancel")
