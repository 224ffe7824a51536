from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs
from telegram.error import NetworkError
from telegram.request import RequestData

from tests.fixtures.telegram import updates
from tests.unit.channels.telegram.support import World, until


def texts(world: World) -> list[str | None]:
    """What was taken in."""
    return [message.text for message in world.gateway.received]


def offsets(world: World) -> list[Any]:
    """What was confirmed, call by call."""
    return [call.params.get("offset") for call in world.telegram.called("getUpdates")]


async def test_messages_are_fetched_in_order(world: World) -> None:
    """And confirmed with the next call; the poll asks for what we read only, and waits."""
    ada = world.telegram.user(77)
    numbers = [ada.says(text) for text in ("one", "two", "three")]
    await world.start()
    await until(lambda: len(offsets(world)) >= 2)

    assert texts(world) == ["one", "two", "three"]
    assert offsets(world)[:2] == [None, str(numbers[-1] + 1)]
    asked = world.telegram.called("getUpdates")[0].params
    assert asked["allowed_updates"] == '["message", "edited_message", "callback_query"]'
    assert asked["timeout"] == "20"
    assert world.telegram.unconfirmed() == []
    ada.says("four")
    await until(lambda: len(texts(world)) == 4)


async def test_a_webhook_is_removed_first(world: World) -> None:
    """What waits there is kept."""
    await world.start()
    await until(lambda: bool(offsets(world)))

    names = [call.method for call in world.telegram.calls if call.method in {"deleteWebhook", "getUpdates"}]
    assert names == ["deleteWebhook", "getUpdates"]
    assert world.telegram.called("deleteWebhook")[0].params == {"drop_pending_updates": "false"}


async def test_nothing_is_confirmed_before_it_is_stored(world: World) -> None:
    """What cannot be stored is asked for again, in its place; what came before it is confirmed."""
    ada = world.telegram.user(77)
    first, second = ada.says("one"), ada.says("two")
    world.gateway.poison.add(str(second))
    await world.start()
    await until(lambda: len(world.gateway.refused) >= 3)

    assert set(offsets(world)[1:]) == {str(second)}
    assert second in world.telegram.unconfirmed()
    assert first not in world.telegram.unconfirmed()
    ada.says("three")
    world.gateway.poison.clear()
    await until(lambda: len(texts(world)) == 3)
    assert texts(world) == ["one", "two", "three"]


async def test_what_was_not_confirmed_comes_again_after_a_restart(world: World) -> None:
    """The channel is stopped in between; the gateway knows by the number what it has already."""
    ada = world.telegram.user(77)
    number = ada.says("one")
    world.gateway.poison.add(str(number))
    await world.start()
    await until(lambda: bool(world.gateway.refused))
    await world.channel.stop()

    assert number in world.telegram.unconfirmed()


async def test_no_update_holds_up_the_next(world: World) -> None:
    """All that Telegram could send, and what it should not, is passed over or taken in; the last arrives."""
    for number, raw in enumerate(updates.everything(), start=1):
        if isinstance(raw, dict):
            world.telegram.push({**raw, "update_id": number})
    world.telegram.user(77).says("the last")
    with capture_logs() as logs:
        await world.start()
        await until(lambda: "the last" in texts(world))

    assert "cancel" not in repr(logs)
    assert any(entry["event"] == "telegram_update_skipped" for entry in logs)


async def test_numbers_may_begin_anew(world: World) -> None:
    """After a quiet week they do: once all is confirmed, no number is too low."""
    world.telegram.push(updates.written(5_000_000, text="one"))
    world.transport.empty = 1
    await world.start()
    await until(lambda: len(offsets(world)) == 3)
    assert offsets(world) == [None, "5000001", None]

    world.telegram.push(updates.written(12, text="two"))
    await until(lambda: texts(world) == ["one", "two"])


@pytest.mark.parametrize(
    ("status", "parameters"), [(500, None), (502, None), (429, {"retry_after": 0}), (401, None), (404, None)]
)
async def test_telegram_is_away(world: World, status: int, parameters: dict[str, int] | None) -> None:
    """For whichever call, as often as it likes: fetching goes on when it is back, and it is said once."""
    world.telegram.fail_next("getMe", status, parameters, times=3)
    world.telegram.fail_next("deleteWebhook", 500, times=2)
    world.telegram.fail_next("getUpdates", status, parameters, times=5)
    with capture_logs() as logs:
        await world.start()
        world.telegram.user(77).says("one")
        await until(lambda: texts(world) == ["one"])

    said = [entry["event"] for entry in logs if entry["event"] in {"telegram_away", "telegram_token_refused"}]
    assert 1 <= len(said) <= 3
    assert world.telegram.token not in repr(logs)


async def test_an_answer_that_cannot_be_read(world: World) -> None:
    """Is a failure like any other."""
    broken = [NetworkError("httpx.ReadError"), RuntimeError("odd"), ValueError("odder")]
    world.transport.raises += broken
    await world.start()
    world.telegram.user(77).says("one")
    await until(lambda: texts(world) == ["one"])


async def test_somebody_else_fetches(world: World) -> None:
    """It is said what to do, and tried again; the right to fetch is given up in between."""
    description = "Conflict: terminated by other getUpdates request"
    world.telegram.fail_next("getUpdates", 409, description=description, times=2)
    with capture_logs() as logs:
        await world.start()
        world.telegram.user(77).says("one")
        await until(lambda: texts(world) == ["one"])

    said = [entry for entry in logs if entry["event"] == "telegram_poll_conflict"]
    assert len(said) == 2
    assert "@BotFather" in said[0]["hint"]
    assert world.gateway.leases == 3


async def test_another_process_of_ours_fetches(world: World) -> None:
    """Then this one does not, and asks from time to time."""
    world.gateway.mine = False
    world.telegram.user(77).says("one")
    await world.start()
    await until(lambda: world.gateway.leases >= 3)
    assert offsets(world) == []

    world.gateway.mine = True
    await until(lambda: texts(world) == ["one"])


async def test_the_right_to_fetch_cannot_be_had(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the database is away; then it goes on."""
    real, tries = world.gateway.only_one, iter((ConnectionError("away"), OSError("away")))

    def only_one(name: str) -> AbstractAsyncContextManager[bool]:
        if (fault := next(tries, None)) is not None:
            raise fault
        return real(name)

    host = replace(world.gateway.host(), only_one=only_one)
    monkeypatch.setattr(world.channel, "_host", host)
    with capture_logs() as logs:
        await world.start()
        world.telegram.user(77).says("one")
        await until(lambda: texts(world) == ["one"])
    assert [entry["event"] for entry in logs].count("telegram_poll_interrupted") == 2


async def test_nonsense_without_a_number(world: World) -> None:
    """Cannot be confirmed and is passed over; what comes with it is taken."""
    fetch = world.telegram.state.fetch

    def with_nonsense(offset: int, limit: int) -> list[Any]:
        return ["nonsense", *fetch(offset, limit)]

    world.telegram.state.fetch = with_nonsense  # type: ignore[method-assign]
    await world.start()
    await until(lambda: len(offsets(world)) >= 3)
    world.telegram.user(77).says("one")
    await until(lambda: texts(world) == ["one"])


async def test_an_answer_of_another_shape(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a failure, of who the bot is and of its updates."""
    odd: Iterator[object] = iter(({}, {"username": 7}, [], None, "x"))
    real = world.transport.do_request

    async def answer(
        url: str, method: str, data: RequestData | None = None, **_: object
    ) -> tuple[int, bytes]:
        wanted = url.partition("?")[0].endswith(("/getMe", "/getUpdates"))
        shape = next(odd, ...) if wanted else ...
        if shape is ... or (url.endswith("/getMe") and shape == []):
            return await real(url, method, data)
        return 200, json.dumps({"ok": True, "result": shape}).encode()

    async def do_request(url: str, method: str, **more: Any) -> tuple[int, bytes]:
        return await answer(url, method, more.get("request_data"))

    monkeypatch.setattr(world.transport, "do_request", do_request)
    world.telegram.user(77).says("one")
    await world.start()
    await until(lambda: texts(world) == ["one"])


async def test_starting_returns_at_once_and_stopping_ends_it(world: World) -> None:
    """Although Telegram does not answer at all."""
    world.telegram.fail_next("*", 500, times=None)
    async with asyncio.timeout(5):
        await world.start()
        await until(lambda: len(world.telegram.calls) >= 3)
        await world.channel.stop()
    calls = len(world.telegram.calls)
    await asyncio.sleep(0)
    assert len(world.telegram.calls) == calls
