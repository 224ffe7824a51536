from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from channels.contract import NotSentError, RefusedError
from channels.slack import web_api
from channels.slack.adapter import SlackChannel
from channels.slack.quiet import LOGGER
from tests.fixtures.slack.stand_in import SlackStandIn
from tests.unit.channels.slack.support import UNDO, MemoryVault, config, host, reply, until


@pytest.fixture
async def channel(slack: SlackStandIn) -> AsyncIterator[SlackChannel]:
    """One workspace. Stopped before Slack is: a courtesy still under way would connect to nobody."""
    made = SlackChannel(config(slack.url), host())
    yield made
    await made.stop()


def posts(slack: SlackStandIn) -> int:
    """How often a message was sent or tried."""
    return sum(call.method == "chat.postMessage" for call in slack.calls)


async def test_a_message(slack: SlackStandIn, channel: SlackChannel) -> None:
    """To the user's id, which opens the chat; without previews, and with the workspace's own token."""
    user = slack.workspace("T1").user("U1")
    await channel.send("T1:U1", reply("Done.", UNDO, receipt=True))

    sent = user.received()[0]
    assert sent.text == "Done."
    assert [title for title, _ in sent.buttons] == ["Undo", "slack_receipt_link(en)"]
    call = slack.calls[0]
    assert (call.token, call.arguments["channel"]) == ("xoxb-T1", "U1")
    assert call.arguments["unfurl_links"] is call.arguments["unfurl_media"] is False


async def test_too_fast(slack: SlackStandIn, channel: SlackChannel) -> None:
    """Nothing was sent; Slack says when it may be tried again."""
    slack.fail_next("chat.postMessage", error="ratelimited", retry_after=7)
    with pytest.raises(NotSentError) as caught:
        await channel.send("T1:U1", reply())
    assert caught.value.retry_after == 7


@pytest.mark.parametrize("header", [None, "soon"])
async def test_too_fast_without_a_time(
    slack: SlackStandIn, channel: SlackChannel, header: str | None
) -> None:
    """Then a time of ours."""
    slack.fail_next("chat.postMessage", status=429, retry_after=header)
    with pytest.raises(NotSentError) as caught:
        await channel.send("T1:U1", reply())
    assert caught.value.retry_after == web_api._RETRY_SECONDS


@pytest.mark.parametrize(
    ("error", "word"),
    [
        ("channel_not_found", "nobody there"),
        ("user_not_found", "nobody there"),
        ("account_inactive", "app removed"),
        ("token_revoked", "token refused"),
        ("not_in_channel", "not in chat"),
        ("messages_tab_disabled", "messages off"),
        ("is_archived", "chat closed"),
        ("team_access_not_granted", "not installed"),
    ],
)
async def test_refused(slack: SlackStandIn, channel: SlackChannel, error: str, word: str) -> None:
    """Slack will never take it, and why is said in a word of ours."""
    slack.workspace("T1").user("U1")
    slack.fail_next("chat.postMessage", error=error)
    with pytest.raises(RefusedError, match=word):
        await channel.send("T1:U1", reply())


@pytest.mark.parametrize(
    "how",
    [
        {"error": "internal_error"},
        {"error": "fatal_error"},
        {"error": "service_unavailable"},
        {"status": 500},
        {"status": 503},
        {"lost": True},
    ],
    ids=str,
)
async def test_in_doubt(slack: SlackStandIn, channel: SlackChannel, how: dict[str, object]) -> None:
    """It may have arrived: told as neither, and sent once only."""
    user = slack.workspace("T1").user("U1")
    slack.fail_next("chat.postMessage", **how)
    with pytest.raises(Exception) as caught:  # noqa: PT011 - anything but the two below
        await channel.send("T1:U1", reply())

    assert not isinstance(caught.value, NotSentError | RefusedError)
    assert posts(slack) == 1
    assert len(user.received()) == (1 if "lost" in how else 0)


async def test_no_answer_in_time(
    slack: SlackStandIn, channel: SlackChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A time-out is doubt as well."""
    monkeypatch.setattr(web_api, "SECONDS", 0.2)
    slack.workspace("T1").user("U1")
    slack.fail_next("chat.postMessage", hang=1.0)
    with pytest.raises(TimeoutError):
        await channel.send("T1:U1", reply())


@pytest.mark.usefixtures("slack")
async def test_slack_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody took the call, or there is no such name: certainly not sent."""
    ask = socket.getaddrinfo

    def resolve(host: str, *more: Any, **named: Any) -> object:
        # A resolver that is away itself would take its time, and that is another test.
        if host == "name.invalid":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return ask(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    for url in ("http://127.0.0.1:9/api", "http://name.invalid/api"):
        with pytest.raises(NotSentError):
            await SlackChannel(config(url), host()).send("T1:U1", reply())


@pytest.mark.parametrize(
    ("error", "word"),
    [
        ("invalid_auth", "token refused"),
        ("missing_scope", "scope missing"),
        ("team_added_to_org", "Slack says team_added_to_org"),
    ],
)
async def test_what_an_operator_can_put_right(
    slack: SlackStandIn, channel: SlackChannel, error: str, word: str
) -> None:
    """Slack says no and did nothing, for all or for reasons nobody knows: tried again, and not for ever."""
    slack.fail_next("chat.postMessage", error=error)
    with pytest.raises(NotSentError, match=word) as caught:
        await channel.send("T1:U1", reply())
    assert caught.value.retry_after is None


async def test_blocks_that_slack_refuses(slack: SlackStandIn, channel: SlackChannel) -> None:
    """Nothing was taken, so the words alone are sent: better than none."""
    user = slack.workspace("T1").user("U1")
    slack.fail_next("chat.postMessage", error="invalid_blocks")
    await channel.send("T1:U1", reply("Done.", UNDO))
    assert [(item.text, item.blocks) for item in user.received()] == [("Done.", [])]


@pytest.mark.parametrize("address", ["", "U1", "T1", "T1:x", "T1:T2:T3:U1"])
async def test_no_address(address: str) -> None:
    """What is no address of ours is refused before anything is asked."""
    with pytest.raises(RefusedError, match="no address"):
        await SlackChannel(config(), host()).send(address, reply())


async def test_not_our_workspace(slack: SlackStandIn, channel: SlackChannel) -> None:
    """One token is of one workspace: once Slack has said which, others are refused."""
    slack.workspace("T1")
    await channel._workspaces.learn()
    with pytest.raises(RefusedError, match="not installed"):
        await channel.send("T2:U1", reply())


async def test_the_vault_is_away() -> None:
    """Before Slack is asked there is no doubt."""

    class Broken(MemoryVault):
        async def get(self, name: str) -> str | None:
            raise RuntimeError

    settings = replace(config(), bot_token=None, client_id="1", client_secret="s")
    with pytest.raises(NotSentError):
        await SlackChannel(settings, host(Broken())).send("T1:U1", reply())


async def test_a_token_that_is_refused(slack: SlackStandIn) -> None:
    """Asking whose it is ends there, instead of asking for ever."""
    ours = SlackChannel(config(slack.url, bot_token="xoxb-wrong"), host())
    await asyncio.wait_for(ours._workspaces.learn(), 10)
    assert [call.outcome for call in slack.calls] == ["invalid_auth"]


async def test_secrets_are_not_shown() -> None:
    """A configuration in a log or a fault says nothing."""
    shown = repr(config(app_token="xapp-1", client_id="1", client_secret="hidden-1"))
    assert not any(secret in shown for secret in ("xoxb", "xapp", "hidden", "signing secret"))


@contextmanager
def loud() -> Iterator[None]:
    """Logs a fault as Slack's libraries do."""
    try:
        yield
    except ZeroDivisionError:
        LOGGER.exception("Failed: %s my words", "xoxb-T1")
        raise


async def test_libraries_say_nothing(
    slack: SlackStandIn, channel: SlackChannel, caplog: pytest.LogCaptureFixture
) -> None:
    """Even at DEBUG and in faults neither text nor token of a message reaches a log."""
    caplog.set_level(logging.DEBUG)
    slack.workspace("T1").user("U1")
    slack.fail_next("chat.postMessage", error="channel_not_found")
    with pytest.raises(RefusedError) as caught:
        await channel.send("T1:U1", reply("my words ann@example.com"))
    with pytest.raises(ZeroDivisionError), loud():
        _ = 1 / 0
    assert "ann@" not in str(caught.value)
    assert "channels.slack.library" in caplog.text
    assert LOGGER.level == logging.WARNING
    for secret in ("my words", "ann@example.com", "xoxb-T1"):
        assert secret not in caplog.text


async def test_working_is_nothing() -> None:
    """Slack has no sign for it that a bot may give."""
    await SlackChannel(config(), host()).working("T1:U1")


async def test_the_home_tab_after_a_receipt(slack: SlackStandIn) -> None:
    """What is said about subscriptions has changed, so it is drawn anew; a plain text changes nothing."""
    user = slack.workspace("T1").user("U1")
    ours = SlackChannel(config(slack.url), host(overview=[reply("Pro ends on 31 January.")]))
    await ours.send("T1:U1", reply("Hello."))
    assert user.home() is None
    await ours.send("T1:U1", reply("Done.", receipt=True))
    await until(lambda: user.home() is not None)
    await ours.stop()
