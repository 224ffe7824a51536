from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest
from structlog.testing import capture_logs
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest

from bot.domain.conversations import ReceiptSummary, RenderedReply, ReplyKind
from channels.contract import NotSentError, RefusedError
from channels.telegram import api, faults
from channels.telegram.adapter import TelegramChannel
from tests.unit.channels.telegram.support import Gateway, World, config, until

HELLO = RenderedReply(ReplyKind.TEXT, "Hello <you>", locale="de")
UNDO = ("undo", "Undo", "tok-1")
AT = datetime(2026, 3, 10, tzinfo=UTC)
RECEIPT = ReceiptSummary("R-1", "cancel", "Pro", AT, AT, "https://leave.example.com/r?key=a")
GROUP = -1001234567890


async def test_a_message(world: World) -> None:
    """As HTML, without a preview of links."""
    ada = world.telegram.user(77)
    await world.channel.send("77", HELLO)

    (sent,) = ada.received()
    assert sent.text == "Hello <you>"
    assert sent.raw["given"]["parse_mode"] == "HTML"
    assert sent.raw["given"]["link_preview_options"] == '{"is_disabled": true}'


async def test_a_receipt(world: World) -> None:
    """With its number set apart, its button, and its link in the customer's language."""
    ada = world.telegram.user(77)
    await world.channel.send("77", RenderedReply(ReplyKind.RECEIPT, "Done. R-1", (UNDO,), RECEIPT, "de"))

    (sent,) = ada.received()
    assert sent.raw["entities"] == [{"type": "code", "offset": 6, "length": 3}]
    assert sent.buttons == (("Undo", "tok-1"), ("telegram_receipt_link in de", RECEIPT.url))


async def test_asking_for_the_phone_number(world: World) -> None:
    """With Telegram's own button for it."""
    ada = world.telegram.user(77)
    share = ("share_contact", "Share my number", "")
    await world.channel.send("77", RenderedReply(ReplyKind.TEXT, "Who are you?", (share,)))
    assert ada.received()[0].contact == "Share my number"


async def test_in_a_group(world: World) -> None:
    """The way to a private chat, and nothing that is only one person's, however it came there."""
    world.telegram.group(GROUP)
    private = ("open_private", "Open", "")
    await world.channel.send(str(GROUP), RenderedReply(ReplyKind.TEXT, "In private.", (private,)))
    for personal in (
        RenderedReply(ReplyKind.TEXT, "x", (private, UNDO)),
        RenderedReply(ReplyKind.RECEIPT, "x", receipt=RECEIPT),
    ):
        with pytest.raises(RefusedError, match="personal"):
            await world.channel.send(str(GROUP), personal)

    (call,) = world.telegram.called("sendMessage")
    assert "https://t.me/fairwell_test_bot" in call.params["reply_markup"]


async def test_when_the_bots_name_is_not_known(world: World) -> None:
    """Nothing was sent yet; later it will be."""
    world.telegram.fail_next("getMe", 500)
    with pytest.raises(NotSentError):
        await world.channel.send("77", RenderedReply(ReplyKind.TEXT, "x", (("open_private", "Open", ""),)))
    assert world.telegram.called("sendMessage") == []


@pytest.mark.parametrize("fault", ["can't parse entities: bad", "BUTTON_URL_INVALID", "wrong HTTP URL"])
async def test_a_message_whose_form_is_refused(world: World, fault: str) -> None:
    """Is sent once more, as plain as can be, with its buttons."""
    ada = world.telegram.user(77)
    world.telegram.fail_next("sendMessage", 400, description=f"Bad Request: {fault}")
    await world.channel.send("77", RenderedReply(ReplyKind.RECEIPT, "Done <R-1>", (UNDO,), RECEIPT))

    (sent,) = ada.received()
    assert sent.text == f"Done <R-1>\ntelegram_receipt_link in None: {RECEIPT.url}"
    assert sent.buttons == (("Undo", "tok-1"),)
    world.telegram.fail_next("sendMessage", 400, description=f"Bad Request: {fault}", times=2)
    with pytest.raises(RefusedError, match="not accepted"):
        await world.channel.send("77", HELLO)


async def test_who_blocked_the_bot(world: World) -> None:
    """Or whom Telegram does not know, will never get it."""
    world.telegram.block(world.telegram.user(77))
    with pytest.raises(RefusedError, match="blocked"):
        await world.channel.send("77", HELLO)
    with pytest.raises(RefusedError, match="no such chat"):
        await world.channel.send("78", HELLO)
    with pytest.raises(RefusedError, match="no such chat"):
        await world.channel.send("U0123", HELLO)


async def test_too_fast(world: World) -> None:
    """Telegram says when it may be sent again; nothing was."""
    ada = world.telegram.user(77)
    world.telegram.fail_next("sendMessage", 429, {"retry_after": 7})
    with pytest.raises(NotSentError) as caught:
        await world.channel.send("77", HELLO)
    assert caught.value.retry_after == 7
    assert ada.received() == []


async def test_an_answer_that_cannot_be_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message was taken all the same: it must not be sent again."""
    ada = world.telegram.user(77)
    real = world.transport.do_request

    async def odd(url: str, method: str, **more: object) -> tuple[int, bytes]:
        await real(url, method, more["request_data"])  # type: ignore[arg-type]
        return 200, b'{"ok": true, "result": {"date": 1790000000000}}'

    monkeypatch.setattr(world.transport, "do_request", odd)
    await world.channel.send("77", HELLO)
    assert len(ada.received()) == 1


OUTCOMES: list[tuple[TelegramError, type[Exception], str]] = [
    (RetryAfter(3), NotSentError, "flood"),
    (NetworkError("Too Many Requests: later"), NotSentError, "flood"),
    (InvalidToken(), NotSentError, "token refused"),
    (Conflict("x"), NotSentError, "token refused"),
    (ChatMigrated(-5), RefusedError, "moved"),
    (Forbidden("Forbidden: bot was blocked by the user"), RefusedError, "blocked"),
    (Forbidden("Forbidden: user is deactivated"), RefusedError, "deactivated"),
    (Forbidden("Forbidden: bot was kicked from the supergroup chat"), RefusedError, "removed"),
    (Forbidden("Forbidden: bot can't initiate conversation with a user"), RefusedError, "not started"),
    (Forbidden("Forbidden: something new"), RefusedError, "forbidden"),
    (BadRequest("Bad Request: chat not found"), RefusedError, "no such chat"),
    (BadRequest("Bad Request: not enough rights to send text messages"), RefusedError, "no rights"),
    (BadRequest("Bad Request: message is too long"), RefusedError, "not accepted"),
    (NetworkError("Bad Gateway"), faults.InDoubtError, "no answer"),
    (TimedOut(), faults.InDoubtError, "no answer"),
    (TelegramError("Invalid server response"), faults.InDoubtError, "can't be read"),
]


@pytest.mark.parametrize(("fault", "kind", "why"), OUTCOMES, ids=[repr(fault) for fault, _, _ in OUTCOMES])
def test_what_a_refusal_means(fault: TelegramError, kind: type[Exception], why: str) -> None:
    """In words of ours."""
    outcome = faults.outcome(fault)
    assert type(outcome) is kind
    assert why in str(outcome)


def _raising(kind: type[httpx.HTTPError]) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        raise kind(f"about {request.url}")

    return answer


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        (httpx.ConnectError, NotSentError),
        (httpx.ConnectTimeout, NotSentError),
        (httpx.PoolTimeout, NotSentError),
        (httpx.ReadTimeout, faults.InDoubtError),
        (httpx.WriteTimeout, faults.InDoubtError),
        (httpx.ReadError, faults.InDoubtError),
        (httpx.WriteError, faults.InDoubtError),
        (httpx.RemoteProtocolError, faults.InDoubtError),
    ],
)
async def test_no_answer(
    monkeypatch: pytest.MonkeyPatch, kind: type[httpx.HTTPError], outcome: type[Exception]
) -> None:
    """Nobody knows whether it arrived, unless it cannot have left. No address is told: it has the token."""
    given = config()
    monkeypatch.setattr(api, "_request", lambda **_: _client(_raising(kind)))
    channel = TelegramChannel(given, Gateway().host())
    with pytest.raises(outcome) as caught:
        await channel.send("77", HELLO)
    assert given.token not in str(caught.value)
    assert caught.value.__suppress_context__
    await channel.stop()


def _client(answer: Callable[[httpx.Request], httpx.Response]) -> HTTPXRequest:
    return HTTPXRequest(httpx_kwargs={"transport": httpx.MockTransport(answer)})


@pytest.mark.parametrize("status", [200, 404, 429, 500])
async def test_the_log_never_holds_the_token(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    """Nor a text: not from the HTTP client, which names addresses, and not from the library, which quotes."""
    caplog.set_level("DEBUG")
    given = config()
    monkeypatch.setattr(
        api, "_request", lambda **_: _client(lambda _: httpx.Response(status, content=b"<odd"))
    )
    channel = TelegramChannel(given, Gateway().host())
    with capture_logs() as logs, pytest.raises((NotSentError, faults.InDoubtError)):
        await channel.send("77", HELLO)
    await channel.stop()

    assert given.token not in caplog.text + repr(logs) + repr(given)
    assert "Hello" not in caplog.text + repr(logs)
    assert "odd" not in caplog.text + repr(logs)


async def test_working(world: World) -> None:
    """Is shown once in a while, by chat, and no failure of it matters."""
    world.telegram.user(77)
    world.telegram.user(78)
    for address in ("77", "77", "78", "77", "nobody"):
        await world.channel.working(address)
    await until(lambda: len(world.telegram.called("sendChatAction")) == 2)

    assert [call.params["chat_id"] for call in world.telegram.called("sendChatAction")] == ["77", "78"]
    assert await world.channel.vouch("77") is None


async def test_after_stopping(world: World) -> None:
    """Nothing is sent any more, and that is said."""
    await world.channel.stop()
    with pytest.raises(NotSentError):
        await world.channel.send("77", HELLO)
    await world.channel.working("77")
    assert world.telegram.calls == []
