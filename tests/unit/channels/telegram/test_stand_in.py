"""The stand-in itself, over HTTP: what the end-to-end tests rely on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest
from pytest_socket import enable_socket

from tests.fixtures.telegram.stand_in import TelegramStandIn
from tests.fixtures.telegram.stand_in_rules import Json, RefusedCallError, markup_of, text_of


@pytest.fixture
def telegram() -> Iterator[TelegramStandIn]:
    """On a port of this machine: this is about HTTP."""
    enable_socket()
    with TelegramStandIn() as stand_in:
        yield stand_in


def call(telegram: TelegramStandIn, method: str, **params: object) -> Json:
    """What a bot is answered."""
    url = f"{telegram.url}/bot{telegram.token}/{method}"
    answer: Json = httpx.post(url, json=params, trust_env=False, timeout=10).json()
    return answer


def test_updates_wait_until_they_are_confirmed(telegram: TelegramStandIn) -> None:
    """By a later offset; a bot that died in between gets them again."""
    ada = telegram.user(77)
    first, second = ada.says("one"), ada.says("two")

    assert [u["update_id"] for u in call(telegram, "getUpdates")["result"]] == [first, second]
    assert [u["update_id"] for u in call(telegram, "getUpdates", offset=second)["result"]] == [second]
    assert call(telegram, "getUpdates", offset=second + 1)["result"] == []
    telegram.resend(first)
    assert [u["update_id"] for u in call(telegram, "getUpdates", offset=second + 1)["result"]] == [first]


def test_a_long_poll(telegram: TelegramStandIn) -> None:
    """Ends with the first update, or with a conflict when another begins."""
    answers: list[Json] = []
    polling = [
        threading.Thread(target=lambda: answers.append(call(telegram, "getUpdates", timeout=10)))
        for _ in range(2)
    ]
    for number, poll in enumerate(polling, start=1):
        poll.start()
        telegram.wait(lambda number=number: len(telegram.called("getUpdates")) == number)  # type: ignore[misc]
    telegram.wait(lambda: bool(answers))
    telegram.user(77).says("one")
    for poll in polling:
        poll.join()

    assert answers[0]["error_code"] == 409
    assert answers[1]["result"][0]["message"]["text"] == "one"


def test_a_webhook(telegram: TelegramStandIn) -> None:
    """Gets its secret, and each update until it says that it has it; who fetches is refused meanwhile."""
    taken: list[tuple[str | None, bytes]] = []
    statuses = [503, 200, 200]

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Refuses the first."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken.append((self.headers["X-Telegram-Bot-Api-Secret-Token"], body))
            self.send_response(statuses.pop(0))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}/hook"
        assert call(telegram, "setWebhook", url=url, secret_token="s-1")["result"] is True
        telegram.user(77).says("one")
        telegram.wait(lambda: telegram.unconfirmed() == [] and len(taken) == 2)
        server.shutdown()

    assert {secret for secret, _ in taken} == {"s-1"}
    assert taken[0][1] == taken[1][1]
    assert call(telegram, "getUpdates")["error_code"] == 409
    assert call(telegram, "getWebhookInfo")["result"]["url"] == url
    assert call(telegram, "deleteWebhook")["result"] is True


def test_failures(telegram: TelegramStandIn) -> None:
    """Instead of the method, after it, or with no answer at all."""
    ada = telegram.user(77)
    telegram.fail_next("sendMessage", 429, {"retry_after": 3})
    assert call(telegram, "sendMessage", chat_id=77, text="x")["parameters"] == {"retry_after": 3}
    assert ada.received() == []

    telegram.fail_next("sendMessage", 500, after=True)
    assert call(telegram, "sendMessage", chat_id=77, text="x")["ok"] is False
    assert [message.text for message in ada.hears(1)] == ["x"]

    telegram.fail_next("sendMessage", 0)
    with pytest.raises(httpx.TransportError):
        call(telegram, "sendMessage", chat_id=77, text="y")
    telegram.fail_next("*", 500, times=None)
    telegram.heal()
    assert call(telegram, "getMe")["result"]["is_bot"] is True


def test_what_it_refuses(telegram: TelegramStandIn) -> None:
    """As Telegram does."""
    telegram.block(telegram.user(78))
    wrong = httpx.post(f"{telegram.url}/botwrong/getMe", trust_env=False)
    assert (wrong.status_code, wrong.json()["description"]) == (401, "Unauthorized")
    assert call(telegram, "getStarBalance")["error_code"] == 404
    assert call(telegram, "sendMessage", chat_id=1, text="x")["description"] == "Bad Request: chat not found"
    assert call(telegram, "sendMessage", chat_id=78, text="x")["error_code"] == 403
    assert call(telegram, "answerCallbackQuery", callback_query_id="1")["error_code"] == 400
    assert call(telegram, "setWebhook", url="http://leave.example.com/")["error_code"] == 400


@pytest.mark.parametrize(
    "params",
    [
        {"text": " "},
        {"text": "x" * 4097},
        {"text": "a < b", "parse_mode": "HTML"},
        {"text": "<b>a", "parse_mode": "HTML"},
        {"text": "<b>a</i>", "parse_mode": "HTML"},
        {"text": "<script>a</script>", "parse_mode": "HTML"},
        {"text": "a", "parse_mode": "Nonsense"},
    ],
)
def test_texts_it_refuses(params: Json) -> None:
    """Empty, too long, or with mark-up that is none."""
    with pytest.raises(RefusedCallError):
        text_of(params)


@pytest.mark.parametrize(
    "button",
    [
        {"text": "a"},
        {"text": "", "callback_data": "x"},
        {"text": "a", "callback_data": ""},
        {"text": "a", "callback_data": "x" * 65},
        {"text": "a", "callback_data": "ü" * 33},
        {"text": "a", "callback_data": "x", "url": "https://x.example.com"},
        {"text": "a", "url": "http://localhost:8000/"},
        {"text": "a", "url": "http://127.0.0.1/"},
        {"text": "a", "url": "ftp://x.example.com"},
    ],
)
def test_buttons_it_refuses(button: Json) -> None:
    """Without an act, with two, with too much data, or with an address nobody else can open."""
    with pytest.raises(RefusedCallError):
        markup_of({"reply_markup": {"inline_keyboard": [[button]]}})
