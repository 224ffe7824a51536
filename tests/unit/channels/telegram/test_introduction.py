from __future__ import annotations

import pytest
import yaml
from structlog.testing import capture_logs

from bot.domain.inbox import Event
from channels.contract import Channel
from channels.telegram import commands
from channels.telegram.pace import Backoff, Pace
from tests.fixtures.telegram.stand_in_methods import (
    set_my_commands,
    set_my_description,
    set_my_short_description,
)
from tests.fixtures.telegram.stand_in_rules import Json
from tests.fixtures.telegram.stand_in_state import State
from tests.unit.channels.telegram.support import World, until

METHODS = ("setMyCommands", "setMyDescription", "setMyShortDescription")


async def test_the_bot_introduces_itself(world: World) -> None:
    """In the installation's language to everybody, and to those who speak another of ours in that."""
    channel: Channel = world.channel
    assert (channel.name, channel.max_text) == ("telegram", 4096)
    await world.start()
    await until(lambda: len(world.telegram.called("setMyShortDescription")) == 3)

    told = world.telegram.state.settings
    assert (
        set(told["commands"])
        == set(told["description"])
        == set(told["short_description"])
        == {"", "en", "de"}
    )
    assert [command["command"] for command in told["commands"]["de"]] == [
        "cancel",
        "help",
        "language",
        "logout",
    ]
    assert told["commands"]["de"][0]["description"] == "telegram_command_cancel in de"
    assert told["description"][""] == "telegram_description in None"
    assert told["short_description"]["en"] == "telegram_short_description in en"


async def test_a_link(world: World) -> None:
    """Opens the bot with a token, once its name is known; what no link can carry is refused."""
    assert world.channel.link("a-token_1") is None
    await world.start()
    await until(lambda: world.channel.link("a-token_1") is not None)
    assert world.channel.link("a-token_1") == "https://t.me/fairwell_test_bot?start=a-token_1"
    assert world.channel.link("x" * 65) is None
    assert world.channel.link("a&b") is None


@pytest.mark.parametrize(("status", "times"), [(404, None), (400, None), (403, None), (500, None)])
async def test_a_server_that_knows_none_of_it(world: World, status: int, times: int | None) -> None:
    """Is noted once, and the bot works."""
    for method in METHODS:
        world.telegram.fail_next(method, status, times=times)
    with capture_logs() as logs:
        await world.start()
        world.telegram.user(77).says("one")
        await until(lambda: any(entry["event"] == "telegram_not_introduced" for entry in logs))
        await until(lambda: len(world.gateway.received) == 1)

    (said,) = [entry for entry in logs if entry["event"] == "telegram_not_introduced"]
    assert said["methods"] == list(METHODS)


async def test_a_hiccup(world: World) -> None:
    """Is tried again."""
    world.telegram.fail_next("setMyCommands", 429, {"retry_after": 0})
    world.telegram.fail_next("setMyDescription", 500, times=2)
    with capture_logs() as logs:
        await world.start()
        await until(lambda: len(world.telegram.called("setMyShortDescription")) == 3)
    assert set(world.telegram.state.settings["commands"]) == {"", "en", "de"}
    assert not [entry for entry in logs if entry["log_level"] != "info"]


async def test_a_webhook_that_is_refused(hooked: World) -> None:
    """It is said what to do, once, and tried until it works."""
    hooked.telegram.fail_next("setWebhook", 400, description="Bad Request: bad webhook: x", times=3)
    with capture_logs() as logs:
        await hooked.start()
        await until(lambda: len(hooked.telegram.called("setWebhook")) == 4)
        await until(lambda: any(entry["event"] == "telegram_webhook_set" for entry in logs))
    (said,) = [entry for entry in logs if entry["event"] == "telegram_webhook_not_set"]
    assert "FAIRWELL_PUBLIC_URL" in said["hint"]


async def test_a_wrong_token(hooked: World) -> None:
    """It is said what to do, once."""
    hooked.telegram.fail_next("getMe", 401, times=3)
    with capture_logs() as logs:
        await hooked.start()
        await until(lambda: bool(hooked.telegram.called("setWebhook")))
    said = [entry for entry in logs if entry["event"] == "telegram_token_refused"]
    assert len(said) == 1
    assert "FAIRWELL_TELEGRAM_TOKEN" in said[0]["hint"]


def test_the_wording_is_what_telegram_takes() -> None:
    """By length, in every language; and every listed command is one the bot knows."""
    with open("data/responses/telegram.yml", encoding="utf-8") as file:  # noqa: PTH123 - as the app reads it
        messages: dict[str, dict[str, str]] = yaml.safe_load(file)["messages"]
    for language in ("en", "de"):
        state = State("t", {})
        listed: list[Json] = [
            {"command": name, "description": messages[text][language]} for name, text in commands.LISTED
        ]
        assert set_my_commands(state, {"commands": listed})
        assert set_my_description(state, {"description": messages["telegram_description"][language]})
        short = messages["telegram_short_description"][language]
        assert set_my_short_description(state, {"short_description": short})
    events = [commands.event_of(f"/{name}", None) for name, _ in commands.LISTED]
    assert [found[0] for found in events if found] == [
        Event.CANCEL,
        Event.HELP,
        Event.LANGUAGE,
        Event.LOG_OUT,
    ]


def test_waits_double_up_to_a_limit() -> None:
    """With jitter, and begin anew after a success."""
    backoff = Backoff(Pace(first=1, most=8))
    waits = [backoff.next() for _ in range(100)]
    for wait, whole in zip(waits, [1, 2, 4, 8] + [8] * 96, strict=True):
        assert whole / 2 <= wait <= whole
    backoff.reset()
    assert backoff.next() <= 1
