"""`fairwell link` where something is odd: the token stays untold, and a fault stays one line."""

from __future__ import annotations

import re

import httpx
import pytest

from bot.settings import PREFIX
from tests.unit.cli.installation import Installation

TOKEN = "1234567890:AAtelegramTokenOfTheTests"
SECRET = TOKEN.partition(":")[2]
CALLED = f"https://api.telegram.org/bot{TOKEN}/getMe"


def answers(monkeypatch: pytest.MonkeyPatch, answer: Exception | httpx.Response) -> None:
    """Telegram is connected, and this comes of asking for the bot's name."""

    def get(_: str, **__: object) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setenv(f"{PREFIX}TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setattr(httpx, "get", get)


def test_telegram_takes_what_the_link_hands_over(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After `start=` it passes on at most 64 letters, digits, _ and -; and the bot's token is not in it."""
    answers(monkeypatch, httpx.Response(200, json={"ok": True, "result": {"username": "lantern_bot"}}))
    done = installation.run("link", "telegram", "demo-solo")
    assert done.code == 0
    assert re.fullmatch(r"https://t\.me/lantern_bot\?start=[A-Za-z0-9_-]{1,64}\n", done.out)
    assert SECRET not in done.out + done.err


@pytest.mark.parametrize(
    "answer",
    [
        httpx.ConnectError(f"no way to {CALLED}"),
        httpx.ReadTimeout(f"waited for {CALLED}"),
        httpx.InvalidURL(f"odd: {CALLED}"),
        httpx.Response(401, json={"ok": False, "error_code": 401, "description": CALLED}),
        httpx.Response(200, json={"ok": True, "result": CALLED}),
        httpx.Response(200, json=[CALLED]),
        httpx.Response(502, text=f"<html>Bad gateway: {CALLED}</html>"),
    ],
)
def test_whatever_comes_back_the_token_is_not_told(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, answer: Exception | httpx.Response
) -> None:
    """One line on stderr, and no link on stdout."""
    answers(monkeypatch, answer)
    code, line = installation.run("link", "telegram", "demo-solo").fault
    assert code == 1
    assert SECRET not in line


@pytest.mark.parametrize("odd", ["\x01", "\n", "\x7f"])
def test_a_token_with_something_odd_in_it(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, odd: str
) -> None:
    """Pasted, it makes an address that is none: one line names the setting, and nothing is called."""
    monkeypatch.setenv(f"{PREFIX}TELEGRAM_TOKEN", f"1234567890:AA{odd}{SECRET}")
    code, line = installation.run("link", "telegram", "demo-solo").fault
    assert code == 1
    assert "FAIRWELL_TELEGRAM_TOKEN" in line
    assert SECRET not in line
