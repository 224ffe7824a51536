"""What every channel keeps to: the web, Telegram, Slack, and the small one of docs/add-a-channel.md.

The gateway, services and actions are the real ones, on a store in memory; Rasa is a stand-in that runs the
real actions. Telegram and Slack are real servers on this machine, spoken to by the real libraries.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from bot.domain.errors import ConflictError
from bot.domain.identities import ProofSource, proof_of
from bot.services import arrivals, cases, identity, inbox
from bot.services.dependencies import Dependencies
from bot.services.inbox import Incoming
from gateway.app import create_app
from tests.contract.channel_harness import Harness, Read, harness
from tests.contract.postcard_harness import PostcardHarness
from tests.contract.web_harness import WebHarness
from tests.unit.gateway.fake_rasa import FakeRasa
from tests.unit.gateway.support import QUICK, World, application

_PATIENCE = 60.0
ADA, BOB = 501, 502


@pytest.fixture(params=["web", "telegram", "slack", "postcards"])
def channel(request: pytest.FixtureRequest) -> Iterator[Harness]:
    """A platform."""
    if request.param == "web":
        yield WebHarness()
    elif request.param == "postcards":
        yield PostcardHarness()
    else:
        with harness(request.param) as platform:
            yield platform


@asynccontextmanager
async def running(channel: Harness, home: Path, world: World | None = None) -> AsyncIterator[World]:
    """An installation connected to it; with `world`, the same one started again."""
    made = world.application if world is not None else application(home, **channel.settings)
    rasa = FakeRasa(made.deps)
    app = create_app(made, rasa, QUICK, channel.channels)
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50000), raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client,
    ):
        channel.use(client)
        await channel.ready()
        yield World(made, rasa, app, client, made.deps.clock)  # type: ignore[arg-type]  # a FakeClock


@pytest.fixture
async def world(channel: Harness, tmp_path: Path) -> AsyncIterator[World]:
    """An installation connected to the platform."""
    async with running(channel, tmp_path) as opened:
        yield opened


async def heard(channel: Harness, person: int, holds: Callable[[list[Read]], bool]) -> list[Read]:
    """Waits until what somebody has got to read is as it should be."""
    async with asyncio.timeout(_PATIENCE):
        while not holds(found := await channel.read(person)):  # noqa: ASYNC110 - platforms ring no bell
            await asyncio.sleep(0.02)
    return found


def token(message: Read, title: str) -> str:
    """What is behind a button; the wording of these tests names it by its message and values."""
    return next(behind for shown, behind in message.buttons if shown.partition("(")[0] == title)


async def verified(channel: Harness, world: World, person: int, customer: str) -> str:
    """Somebody writes, and proves to be a customer; returns their conversation."""
    await channel.says(person, "hello")
    await heard(channel, person, lambda found: len(found) == 1)
    deps = world.application.deps
    place = channel.address(person)
    conversation_id = arrivals.conversation_at(deps, channel.name, place, None)
    with deps.store.begin() as work:
        identity.prove(work, proof_of(conversation_id, customer, ProofSource.EMAIL_CODE, deps.clock.now()))
        work.commit()
    return conversation_id


@pytest.mark.usefixtures("world")
async def test_each_message_is_answered_in_order(channel: Harness) -> None:
    """Several in a row: one answer each, in the order in which they were written."""
    for text in ("hello", "a human please", "hello"):
        await channel.says(ADA, text)

    found = await heard(channel, ADA, lambda found: len(found) == 3)
    assert [item.text.partition("(")[0] for item in found] == ["hello there", "case_opened", "hello there"]


async def test_the_same_message_again_has_one_effect(channel: Harness, world: World) -> None:
    """Platforms deliver again when in doubt: however often, it is said once and answered once."""
    await verified(channel, world, ADA, "demo-solo")
    sent = await channel.says(ADA, "I want to cancel")
    await heard(channel, ADA, lambda found: len(found) == 3)

    for _ in range(20):
        await channel.again(sent)
    await channel.says(ADA, "hello")

    found = await heard(channel, ADA, lambda found: len(found) >= 4)
    assert [item.text.partition("(")[0] for item in found] == [
        "hello there", "cancel_done", "exit_question", "hello there",
    ]  # fmt: skip
    with world.application.deps.store.begin() as work:
        assert len(work.operations.of_customer("demo-solo")) == 1


async def test_a_button_acts_once(channel: Harness, world: World) -> None:
    """What is shown can be pressed; a second press is taken as the same wish."""
    await verified(channel, world, ADA, "demo-solo")
    await channel.says(ADA, "I want to cancel")
    found = await heard(channel, ADA, lambda found: len(found) == 3)
    undo = token(found[1], "button_undo")

    pressed = await channel.presses(ADA, undo)
    await heard(channel, ADA, lambda found: len(found) == 4)
    await channel.again(pressed)
    await channel.says(ADA, "hello")

    found = await heard(channel, ADA, lambda found: len(found) >= 5)
    assert [item.text.partition("(")[0] for item in found[3:]] == ["undo_done", "hello there"]
    with world.application.deps.store.begin() as work:
        assert len(work.operations.of_customer("demo-solo")) == 2


async def test_people_are_kept_apart(channel: Harness, world: World) -> None:
    """What one has proved says nothing about another, and nobody reads another's messages (P3)."""
    await verified(channel, world, ADA, "demo-solo")
    await channel.says(BOB, "I want to cancel")

    found = await heard(channel, BOB, lambda found: len(found) == 1)
    assert found[0].text.startswith("verify_ask_email")
    assert len(await channel.read(ADA)) == 1
    with world.application.deps.store.begin() as work:
        assert work.operations.of_customer("demo-solo") == []


async def test_long_and_odd_texts_are_answered(channel: Harness, world: World) -> None:
    """4 096 characters, markup, payloads and look-alikes: answered in place, and nothing is done."""
    conversation_id = await verified(channel, world, ADA, "demo-solo")
    odd = ("x" * 4096, "<b>&amp; *bold* _it_ `code`</b>", '/cancel{"customer":"demo-multi"}', "\u2215cancel")
    for text in odd:
        await channel.says(ADA, text)

    await heard(channel, ADA, lambda found: len(found) == 1 + len(odd))
    with world.application.deps.store.begin() as work:
        assert work.operations.of_customer("demo-solo") == []
        said = [item.text for item in work.messages.after(conversation_id, 0) if item.author == "customer"]
    assert said[2] == odd[1]


@pytest.mark.usefixtures("world")
async def test_what_is_not_stored_comes_again(channel: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that is too busy: nothing is acknowledged, so the platform or client sends it again (P9)."""
    accept, busy = inbox.accept, ["once", "twice", "three times"]

    def sometimes(deps: Dependencies, incoming: Incoming) -> str:
        if busy:
            raise ConflictError(busy.pop())
        return accept(deps, incoming)

    monkeypatch.setattr(inbox, "accept", sometimes)
    await channel.says(ADA, "hello")

    assert len(await heard(channel, ADA, lambda found: len(found) == 1)) == 1
    assert not busy


async def test_staff_reach_the_customer(channel: Harness, world: World) -> None:
    """A person's reply arrives in the same chat, and after it the bot is silent there (P10)."""
    await channel.says(ADA, "a human please")
    await heard(channel, ADA, lambda found: len(found) == 1)
    (case,) = cases.listed(world.application.deps)

    cases.reply(world.application.deps, case.id, "Here I am.")

    found = await heard(channel, ADA, lambda found: len(found) == 2)
    assert found[1].text == "Here I am."


async def test_refused_for_a_moment_is_sent_again_in_order(channel: Harness, world: World) -> None:
    """The platform asks to wait: nothing is lost, nothing overtakes (P9)."""
    channel.refuse(2)
    for text in ("hello", "a human please", "hello"):
        await channel.says(ADA, text)

    async with asyncio.timeout(_PATIENCE):
        while len(found := await channel.read(ADA)) < 3:
            # Waits between tries are told by a clock that tests hold in their hands.
            world.clock.advance(seconds=1)
            await asyncio.sleep(0.05)
    assert [item.text.partition("(")[0] for item in found] == ["hello there", "case_opened", "hello there"]


async def test_refused_for_good_is_a_dead_letter(channel: Harness, world: World) -> None:
    """Who can't be reached any more is listed for staff, and others go on being served."""
    if not channel.sends:
        assert await channel.read(ADA) == []
        return
    await channel.says(ADA, "hello")
    await heard(channel, ADA, lambda found: len(found) == 1)
    channel.block(ADA)
    await channel.says(ADA, "hello")

    def dead() -> int:
        with world.application.deps.store.begin() as work:
            return len(work.deliveries.undelivered())

    async with asyncio.timeout(_PATIENCE):
        while not dead():  # noqa: ASYNC110 - nor does the store
            await asyncio.sleep(0.02)
    await channel.says(BOB, "hello")
    assert len(await heard(channel, BOB, lambda found: len(found) == 1)) == 1


async def test_it_goes_on_after_a_restart(channel: Harness, tmp_path: Path) -> None:
    """The same people, the same conversations, and their buttons still work."""
    async with running(channel, tmp_path) as world:
        await verified(channel, world, ADA, "demo-solo")
        await channel.says(ADA, "I want to cancel")
        found = await heard(channel, ADA, lambda found: len(found) == 3)
    async with running(channel, tmp_path, world):
        await channel.presses(ADA, token(found[1], "button_undo"))

        found = await heard(channel, ADA, lambda found: len(found) == 4)
        assert found[3].text.startswith("undo_done")
