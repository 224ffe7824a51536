"""Attacks on sessions: somebody else's history, forged and old tokens, identity tokens that come again."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from tests.unit.gateway.support import World, bearer

SECRET = "I want to cancel, says one who must not be overheard"


@pytest.fixture
async def victim(world: World) -> dict[str, str]:
    """A customer's session with a history."""
    session = await world.session("demo-solo")
    assert (await world.say(session, SECRET)).status_code == 200
    return session


def unknown(response: httpx.Response) -> bool:
    """Whether it was refused as one without a session is, without a word of what there is."""
    fault = response.json()["error"]["code"]
    return (response.status_code, fault) == (401, "session_invalid") and SECRET not in response.text


async def tries(world: World, token: str) -> list[httpx.Response]:
    """Everything one can do with a token."""
    headers = {"Authorization": f"Bearer {token}"}
    body = {"id": "00000000-0000-4000-8000-000000000009", "text": "hello"}
    return [
        await world.client.get("/chat/messages", headers=headers),
        await world.client.get("/chat/messages?latest=5", headers=headers),
        await world.client.post("/chat/messages", json=body, headers=headers),
        await world.client.post("/chat/links", json={"channel": "telegram"}, headers=headers),
        await world.client.delete("/chat/sessions", headers=headers),
    ]


@pytest.mark.parametrize(
    "name", ["conversation", "conversation_id", "id", "session", "address", "customer", "token"]
)
async def test_my_token_and_your_conversation(world: World, victim: dict[str, str], name: str) -> None:
    """Attack: a visitor's own good token with another one's conversation, in the address and in the body."""
    mine = await world.session()
    for value in (victim["conversation"], victim["session"], "demo-solo"):
        query = {name: value}
        read = await world.client.get("/chat/messages", params={**query, "after": 0}, headers=bearer(mine))
        assert read.json() == {"messages": []}
    body = {"id": "00000000-0000-4000-8000-000000000009", "text": "hello"}
    said = await world.client.post(
        "/chat/messages", json={name: victim["conversation"], **body}, headers=bearer(mine)
    )
    assert [reply["seq"] for reply in said.json()["replies"]] == [2]
    assert (await world.history(victim))[0]["text"] == SECRET
    assert world.entries(victim["conversation"]) == 1


async def test_my_message_with_your_id(world: World, victim: dict[str, str]) -> None:
    """Attack: another visitor's message id is repeated, for the answer to it. Ids are each one's own."""
    same = "00000000-0000-4000-8000-000000000007"
    theirs = (await world.say(victim, "hello", id=same)).json()
    mine = await world.session()
    ours = await world.say(mine, "hello", id=same)
    assert ours.status_code == 200
    assert [reply["seq"] for reply in ours.json()["replies"]] == [2]
    assert [reply["seq"] for reply in theirs["replies"]] != [2]


FORGERIES: dict[str, Callable[[dict[str, str]], str]] = {
    "the conversation's id": lambda session: session["conversation"],
    "shortened": lambda session: session["session"][:-1],
    "lengthened": lambda session: session["session"] + "A",
    "another case": lambda session: session["session"].swapcase(),
    "one character else": lambda session: (
        ("B" if session["session"][0] != "B" else "C") + session["session"][1:]
    ),
    "twice": lambda session: f"{session['session']} {session['session']}",
    "with a null": lambda session: session["session"] + "\x00",
    "a wildcard": lambda session: session["session"][:4] + "%",
    "a tautology": lambda _: "' OR '1'='1",
    "its digest": lambda session: f"session:{session['session']}",
    "very long": lambda session: session["session"] * 500,
    "nothing": lambda _: "",
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
async def test_a_token_that_is_nearly_one(
    world: World, victim: dict[str, str], forge: Callable[[dict[str, str]], str]
) -> None:
    """Attack: forged, shortened and altered tokens. All are as unknown as any."""
    assert all(unknown(response) for response in await tries(world, forge(victim)))
    assert world.entries(victim["conversation"]) == 1


@pytest.mark.parametrize("scheme", ["", "Basic ", "Token ", "Bearer:", "Bearer\t"])
async def test_a_token_in_another_dress(world: World, victim: dict[str, str], scheme: str) -> None:
    """Attack: what is no bearer token is none, though the token in it is good."""
    headers = {"Authorization": f"{scheme}{victim['session']}"}
    assert unknown(await world.client.get("/chat/messages", headers=headers))


async def test_after_the_session_was_ended(world: World, victim: dict[str, str]) -> None:
    """Attack: the next one at the same computer has copied the token before its owner logged out."""
    await world.client.delete("/chat/sessions", headers=bearer(victim))
    assert all(unknown(response) for response in await tries(world, victim["session"]))


async def test_after_thirty_days(world: World, victim: dict[str, str]) -> None:
    """Attack: an old token from a backup. It holds for thirty days from the last message, not longer."""
    world.clock.advance(days=29)
    await world.say(victim, "hello")
    world.clock.time += timedelta(days=30) - timedelta(microseconds=1)
    assert (await world.client.get("/chat/messages", headers=bearer(victim))).status_code == 200
    world.clock.time += timedelta(microseconds=1)
    assert all(unknown(response) for response in await tries(world, victim["session"]))


@pytest.mark.parametrize(
    "name", ["token", "session", "access_token", "bearer", "authorization", "Authorization"]
)
async def test_a_token_in_the_address(
    world: World, victim: dict[str, str], log: io.StringIO, name: str
) -> None:
    """Attack: addresses end up in logs and histories. A token in one is never taken, and never logged."""
    query, body = {name: victim["session"]}, {"id": "00000000-0000-4000-8000-000000000008", "text": "hello"}
    client = world.client
    assert unknown(await client.get("/chat/messages", params=query))
    assert unknown(await client.post("/chat/messages", params=query, json=body))
    assert unknown(await client.post("/chat/messages", json={**body, **query}))
    assert unknown(await client.delete("/chat/sessions", params=query))
    assert unknown(await client.get("/chat/messages", headers={"Cookie": f"{name}={victim['session']}"}))
    opened = await client.post("/chat/sessions", params=query, json={})
    assert opened.json()["conversation"] != victim["conversation"]
    assert victim["session"] not in log.getvalue()


async def test_an_identity_token_that_comes_again(world: World) -> None:
    """Attack: a token overheard in a page is used a second time, after its session was ended too."""
    identity = {"identity": world.application.identity_tokens.issue("demo-solo")}
    first = await world.client.post("/chat/sessions", json=identity)
    second = await world.client.post("/chat/sessions", json=identity)
    await world.client.delete("/chat/sessions", headers=bearer(first.json()))
    third = await world.client.post("/chat/sessions", json={**identity, "locale": "de"})

    assert first.status_code == 201
    for response in (second, third):
        assert (response.status_code, response.json()["error"]["code"]) == (401, "identity_used")


async def test_an_identity_token_in_parallel(world: World) -> None:
    """Attack: twenty requests with one token in the same instant. One session is opened."""
    identity = {"identity": world.application.identity_tokens.issue("demo-solo")}
    responses = await asyncio.gather(*(world.client.post("/chat/sessions", json=identity) for _ in range(20)))
    assert sorted(response.status_code for response in responses) == [201] + [401] * 19
    store = world.application.deps.store
    assert len(store.tables["sessions"]) == 1  # type: ignore[attr-defined]  # in memory


async def test_an_identity_token_is_no_session(world: World) -> None:
    """Attack: an identity token where a session's is asked for, and the other way round."""
    identity = world.application.identity_tokens.issue("demo-solo")
    assert all(unknown(response) for response in await tries(world, identity))
    session = await world.session("demo-solo")
    response = await world.client.post("/chat/sessions", json={"identity": session["session"]})
    assert (response.status_code, response.json()["error"]["code"]) == (401, "identity_invalid")
