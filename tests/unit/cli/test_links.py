from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from bot.settings import PREFIX
from tests.unit.cli.installation import Installation

TOKEN = "1234567890:AAtelegramTokenOfTheTests"
OPENS = "https://t.me/lantern_bot?start="


@pytest.fixture
def telegram(
    installation: Installation,  # noqa: ARG001 - its settings first, and then this one
    monkeypatch: pytest.MonkeyPatch,
) -> dict[str, object]:
    """A bot of the installation, and what Telegram answers to who asks for its name."""
    monkeypatch.setenv(f"{PREFIX}TELEGRAM_TOKEN", TOKEN)
    answer: dict[str, object] = {"ok": True, "result": {"id": 1, "username": "lantern_bot"}}

    def get(url: str, **_: object) -> httpx.Response:
        assert url == f"https://api.telegram.org/bot{TOKEN}/getMe"
        if "fault" in answer:
            raise httpx.ConnectError(f"no way to {url}")
        return httpx.Response(int(str(answer.get("error_code", 200))), json=answer)

    monkeypatch.setattr(httpx, "get", get)
    return answer


def used(installation: Installation, url: str, after: timedelta = timedelta(0)) -> str | None:
    """Opens a link after a while; returns whose it is."""
    deps = installation.deps
    digest = deps.hasher.digest("link", url.removeprefix(OPENS))
    with deps.store.begin() as work:
        link = work.identities.use_link(digest, "telegram", "c_1", deps.clock.now() + after)
        work.commit()
    return None if link is None else link.customer_ref


@pytest.mark.usefixtures("telegram")
def test_the_link_lets_one_chat_in_as_the_customer(installation: Installation) -> None:
    """Printed and nothing else, so that it can be passed on; good once, and each is another one."""
    printed = [installation.run("link", "telegram", "demo-solo") for _ in range(2)]
    assert [done.code for done in printed] == [0, 0]
    ((one,), (two,)) = (done.lines for done in printed)
    assert one.startswith(OPENS)
    assert one != two
    assert used(installation, one) == "demo-solo"
    assert used(installation, one) is None
    assert used(installation, two) == "demo-solo"


@pytest.mark.usefixtures("telegram")
@pytest.mark.parametrize(
    ("given", "minutes"), [([], 15), (["--minutes", "1"], 1), (["--minutes", "1440"], 1440)]
)
def test_it_is_good_for_so_many_minutes(installation: Installation, given: list[str], minutes: int) -> None:
    """A quarter of an hour, or what was said."""
    (url,) = installation.run("link", "telegram", "demo-solo", *given).lines
    assert used(installation, url, timedelta(minutes=minutes)) is None
    assert used(installation, url, timedelta(minutes=minutes - 0.5)) == "demo-solo"


@pytest.mark.usefixtures("telegram")
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["telegram", "nobody"], 1, "no such customer"),
        (["telegram", "demo-solo", "--minutes", "0"], 2, "minutes"),
        (["telegram", "demo-solo", "--minutes", "1441"], 2, "minutes"),
        (["slack", "demo-solo"], 2, "slack"),
        (["telegram"], 2, "customer"),
    ],
)
def test_what_is_no_link(installation: Installation, arguments: list[str], code: int, said: str) -> None:
    """One line that says why."""
    found, line = installation.run("link", *arguments).fault
    assert found == code
    assert said in line


def test_without_telegram_there_is_no_link(installation: Installation) -> None:
    """The setting is named."""
    assert installation.run("link", "telegram", "demo-solo").fault == (
        1,
        "Telegram is not connected: set FAIRWELL_TELEGRAM_TOKEN",
    )


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"fault": True}, "does not answer"),
        ({"ok": False, "result": None, "error_code": 401}, "does not take FAIRWELL_TELEGRAM_TOKEN"),
        ({"ok": False, "result": None, "error_code": 502}, "answers 502; try again"),
        ({"result": {}}, "answers 200; try again"),
        ({"result": {"username": None}}, "answers 200; try again"),
    ],
)
def test_where_telegram_gives_no_name(
    installation: Installation, telegram: dict[str, object], answer: dict[str, object], said: str
) -> None:
    """One line, without the token."""
    telegram.update(answer)
    code, line = installation.run("link", "telegram", "demo-solo").fault
    assert code == 1
    assert said in line
    assert TOKEN not in line
