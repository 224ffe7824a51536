from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.sockets import OF_ONE, PAGE
from tests.unit.gateway.live import Client, Live, living, write
from tests.unit.gateway.support import QUICK, until


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Live]:
    """An app that loses patience with clients soon."""
    async with living(tmp_path, replace(QUICK, send=0.05)) as live:
        yield live


def seated(live: Live) -> int:
    """How many clients have a seat at a conversation; who is connected is counted before."""
    return sum(map(len, live.runtime.sockets._seats.values()))


async def connected(stack: AsyncExitStack, live: Live, client: Client) -> Client:
    """A client that has been seated."""
    before = seated(live)
    await stack.enter_async_context(client)
    assert (await client.event())["type"] == "websocket.accept"
    await until(lambda: seated(live) == before + 1)
    return client


async def test_a_full_process_refuses_before_it_accepts(live: Live) -> None:
    """503 with the time to come back, so that clients ask over HTTP; a place that is free is given away."""
    live.runtime.sockets.allow(1)
    session = live.session()
    async with AsyncExitStack() as stack:
        first = await connected(stack, live, live.connect(session))
        async with live.connect(session) as refused:
            begun, body = await refused.event(), await refused.event()
        assert begun["type"] == "websocket.http.response.start"
        assert begun["status"] == 503
        assert (b"retry-after", b"30") in begun["headers"]
        assert json.loads(body["body"])["error"]["code"] == "busy"
        assert live.counted("fairwell_socket_ends_total", why="full") == 1

        first.leave()
        await first.ended()
        async with live.connect(session) as later:
            assert (await later.event())["type"] == "websocket.accept"


async def test_a_limit_is_only_lowered(live: Live) -> None:
    """What the system allows cannot make ours larger."""
    live.runtime.sockets.allow(1)
    live.runtime.sockets.allow(100)
    async with AsyncExitStack() as stack:
        await connected(stack, live, live.connect(live.session()))
        async with live.connect(live.session()) as refused:
            assert (await refused.event())["type"] == "websocket.http.response.start"


async def test_one_too_many_at_a_conversation(live: Live) -> None:
    """The oldest has to go and may come back later; the others and other conversations go on."""
    session, other = live.session(), live.session()
    async with AsyncExitStack() as stack:
        elsewhere = await connected(stack, live, live.connect(other))
        clients = [await connected(stack, live, live.connect(session)) for _ in range(OF_ONE)]
        write(live, session, "one")
        for client in clients:
            assert await client.texts(1) == ["one"]

        newest = await stack.enter_async_context(live.connect(session, after=1))
        assert (await newest.event())["type"] == "websocket.accept"
        assert await clients[0].closed() == 1013
        await clients[0].ended()
        write(live, session, "two")
        for client in [*clients[1:], newest]:
            assert await client.texts(1) == ["two"]
        write(live, other, "here")
        assert await elsewhere.texts(1) == ["here"]
        assert live.counted("fairwell_socket_ends_total", why="outdone") == 1


async def test_who_leaves_makes_room(live: Live) -> None:
    """Nobody has to go for one who has gone already."""
    session = live.session()
    async with AsyncExitStack() as stack:
        clients = [await connected(stack, live, live.connect(session)) for _ in range(OF_ONE)]
        write(live, session, "seated")
        for client in clients:
            await client.texts(1)
        clients[-1].leave()
        await clients[-1].ended()
        newest = await connected(stack, live, live.connect(session))
        write(live, session, "all of us")
        assert await clients[0].texts(1) == ["all of us"]
        assert await newest.texts(2) == ["seated", "all of us"]
        assert live.counted("fairwell_socket_ends_total", why="outdone") == 0


async def test_who_does_not_read_is_let_go(live: Live) -> None:
    """It holds up nobody else, and takes no more than one frame, whatever is written."""
    session = live.session()
    async with AsyncExitStack() as stack:
        stuck = await connected(stack, live, live.connect(session))
        reads = await connected(stack, live, live.connect(session))
        write(live, session, "both")
        assert [await stuck.texts(1), await reads.texts(1)] == [["both"], ["both"]]
        stuck.get_stuck()
        written = [f"number {count}" for count in range(3 * PAGE)]
        for text in written:
            write(live, session, text)

        assert await reads.texts(len(written)) == written
        await stuck.ended()
        assert live.counted("fairwell_socket_ends_total", why="slow") == 1
        assert live.counted("fairwell_sockets") == 1


async def test_a_long_history_comes_in_pieces(live: Live) -> None:
    """In order, so many messages in a frame that each gets through a slow line."""
    session = live.session()
    for count in range(2 * PAGE + 1):
        write(live, session, str(count))
    async with live.connect(session) as client:
        frames = [await client.frame() for _ in range(3)]
    assert [len(frame["messages"]) for frame in frames] == [PAGE, PAGE, 1]
    assert [item["seq"] for frame in frames for item in frame["messages"]] == list(range(1, 2 * PAGE + 2))


async def test_a_refusal_that_nobody_reads(live: Live) -> None:
    """It is not waited for either."""
    async with live.connect() as client:
        assert (await client.event())["type"] == "websocket.accept"
        client.get_stuck()
        client.chatter()
        await client.ended()
    assert live.counted("fairwell_socket_ends_total", why="refused") == 1


async def test_sockets_take_no_thread_from_answers(live: Live) -> None:
    """However many want to look, there is room for what has to be answered."""
    block = asyncio.Event()
    loop = asyncio.get_running_loop()

    def held() -> None:
        asyncio.run_coroutine_threadsafe(block.wait(), loop).result()

    holding = [asyncio.create_task(live.runtime.sockets.threads.run(held)) for _ in range(50)]
    assert await live.runtime.threads.run(lambda: "answered") == "answered"
    block.set()
    await asyncio.gather(*holding)
