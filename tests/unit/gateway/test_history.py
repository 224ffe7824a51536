"""Reading back page by page, and ending a session."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.subscriptions import Status
from tests.unit.gateway.support import World, bearer


async def read(world: World, session: dict[str, str], query: str) -> dict[str, Any]:
    """One page of the history."""
    response = await world.client.get(f"/chat/messages?{query}", headers=bearer(session))
    assert response.status_code == 200
    body: dict[str, Any] = response.json()
    return body


def numbers(page: dict[str, Any]) -> list[int]:
    """The numbers of its messages."""
    return [item["seq"] for item in page["messages"]]


@pytest.fixture
async def session(world: World) -> dict[str, str]:
    """Six messages have been said in it: three by the customer, three by the bot."""
    opened = await world.session()
    for text in ("hello", "hello again", "hello once more"):
        await world.say(opened, text)
    return opened


async def test_the_newest_first(world: World, session: dict[str, str]) -> None:
    """The newest so many, in order, with what each has in the whole history; and whether there are others."""
    page = await read(world, session, "latest=4")
    assert page == {"messages": (await world.history(session))[2:], "earlier": True}
    assert await read(world, session, "latest=6") == {
        "messages": await world.history(session),
        "earlier": False,
    }
    assert numbers(await read(world, session, "latest=200")) == [1, 2, 3, 4, 5, 6]


async def test_page_by_page_to_the_beginning(world: World, session: dict[str, str]) -> None:
    """Each page asks for what comes before its first message; the last one says that it is the last."""
    pages = [await read(world, session, "latest=2")]
    while pages[-1]["earlier"]:
        pages.append(await read(world, session, f"latest=2&before={numbers(pages[-1])[0]}"))
    assert [numbers(page) for page in pages] == [[5, 6], [3, 4], [1, 2]]
    assert await read(world, session, "latest=2&before=1") == {"messages": [], "earlier": False}


async def test_what_is_said_meanwhile_moves_no_page(world: World, session: dict[str, str]) -> None:
    """Pages count from a number, not from the end."""
    before = await read(world, session, "latest=2&before=5")
    await world.say(session, "hello at last")
    assert await read(world, session, "latest=2&before=5") == before


async def test_an_empty_history(world: World) -> None:
    """Nothing, and nothing before it."""
    assert await read(world, await world.session(), "latest=20") == {"messages": [], "earlier": False}


async def test_after_a_number_as_ever(world: World, session: dict[str, str]) -> None:
    """Without a word about earlier ones: older clients know no such key."""
    assert numbers(await read(world, session, "after=4")) == [5, 6]
    assert set(await read(world, session, "after=4")) == {"messages"}


@pytest.mark.parametrize(
    "query",
    [
        *("latest=0", "latest=201", "latest=-1", "latest=x", "latest=", "latest=1.5", f"latest={2**63}"),
        *("latest=2&before=0", "latest=2&before=-1", "latest=2&before=x", f"latest=2&before={2**31}"),
        *("before=5", "after=1&before=5", "after=0&latest=2", "after=1&latest=2&before=5"),
    ],
)
async def test_what_does_not_fit(world: World, session: dict[str, str], query: str) -> None:
    """422 in the one shape: out of range, no number, or things that do not go together."""
    response = await world.client.get(f"/chat/messages?{query}", headers=bearer(session))
    assert response.status_code == 422
    assert response.json()["error"]["code"] == "invalid"


async def test_a_session_ends(world: World, session: dict[str, str]) -> None:
    """204 without a body; from then on its token is as unknown as any."""
    ended = await world.client.delete("/chat/sessions", headers=bearer(session))
    assert (ended.status_code, ended.content) == (204, b"")

    for response in (
        await world.client.get("/chat/messages", headers=bearer(session)),
        await world.say(session, "hello"),
        await world.client.post("/chat/links", json={"channel": "telegram"}, headers=bearer(session)),
        await world.client.delete("/chat/sessions", headers=bearer(session)),
    ):
        assert response.status_code == 401
        assert response.json()["error"]["code"] == "session_invalid"


async def test_other_sessions_go_on(world: World, session: dict[str, str]) -> None:
    """The same customer's, in another browser."""
    one, two = await world.session("demo-solo"), await world.session("demo-solo")
    await world.client.delete("/chat/sessions", headers=bearer(one))
    assert (await world.say(two, "hello")).status_code == 200
    assert numbers(await read(world, session, "latest=1")) == [6]


async def test_what_was_done_stays_done(world: World) -> None:
    """Ending a session takes nothing back, and nothing that was said is gone for staff."""
    session = await world.session("demo-solo")
    await world.say(session, "I want to cancel")
    await world.client.delete("/chat/sessions", headers=bearer(session))
    with world.application.deps.store.begin() as work:
        assert len(work.messages.after(session["conversation"], 0)) == 3
        (subscription,) = work.book.of_customer("demo-solo")
    assert subscription.status is Status.CANCELLING


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic YTpi"}]
)
async def test_ending_takes_a_session(world: World, headers: dict[str, str]) -> None:
    """401 for who has none."""
    response = await world.client.delete("/chat/sessions", headers=headers)
    assert response.status_code == 401
