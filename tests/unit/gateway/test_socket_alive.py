from __future__ import annotations

import io
import threading
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.ports import UnitOfWork
from bot.services import sessions
from tests.unit.gateway.live import Live, living, metrics, write
from tests.unit.gateway.support import QUICK, until


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Live]:
    """An app whose sockets look only when they are rung, and show no sign of life."""
    async with living(tmp_path) as live:
        yield live


class Away:
    """Implements `Store`: one that sockets cannot reach for as long as it is `away`."""

    def __init__(self, live: Live) -> None:
        deps = live.application.deps
        self._store = deps.store
        self.away = False
        self.tried = 0
        self._failing = threading.Lock()
        object.__setattr__(deps, "store", self)

    def begin(self) -> AbstractContextManager[UnitOfWork]:
        """As the store's, or the fault."""
        if threading.current_thread().name.startswith("socket"):
            with self._failing:
                if self.away:
                    self.tried += 1
                    raise ConnectionError("the database is away")
        return self._store.begin()


async def test_a_sign_of_life(tmp_path: Path) -> None:
    """Where nothing is said, an empty frame, again and again: else nobody could tell it from a dead line."""
    async with living(tmp_path, replace(QUICK, alive=0.01)) as live, live.connect(live.session()) as client:
        for _ in range(3):
            assert await client.frame() == {"messages": []}


async def test_what_others_write_rings(live: Live) -> None:
    """Nobody looks in between, and each message comes all the same, once and in order."""
    session = live.session()
    async with live.connect(session) as client:
        for count in range(10):
            write(live, session, str(count))
            assert await client.texts(1) == [str(count)]
    assert live.counted("fairwell_socket_messages_total") == 10


async def test_a_gap_has_everybody_look(live: Live) -> None:
    """What was written while the database told nobody comes as soon as it tells again."""
    session = live.session()
    async with live.connect(session) as client:
        write(live, session, "heard")
        await client.texts(1)
        live.watch.fault = ConnectionError("the server has ended the connection")
        await until(lambda: live.counted("fairwell_listening") == 0)
        write(live, session, "not heard")
        assert "fairwell_listening 0.0" in await metrics(live.app)
        live.watch.fault = None
        assert await client.texts(1) == ["not heard"]
    assert live.counted("fairwell_listening") == 1


async def test_looks_now_and_then_by_itself(tmp_path: Path) -> None:
    """Should the word be lost on its way, what was said is late and not lost."""
    async with living(tmp_path, replace(QUICK, socket=0.02)) as live:
        session = live.session()
        live.watch.fault = ConnectionError("for ever")
        await until(lambda: live.counted("fairwell_listening") == 0)
        async with live.connect(session) as client:
            write(live, session, "late")
            assert await client.texts(1) == ["late"]


async def test_no_socket_is_lost_with_the_database(live: Live, log: io.StringIO) -> None:
    """It is said once in the log, not once for each socket; then all of them go on where they were."""
    store = Away(live)
    one, two = live.session(), live.session()
    async with live.connect(one) as first, live.connect(two) as second:
        for session, client in ((one, first), (two, second)):
            write(live, session, "before")
            await client.texts(1)
        store.away = True
        live.runtime.web.ring_all()
        await until(lambda: store.tried >= 6)
        store.away = False
        for session, client in ((one, first), (two, second)):
            write(live, session, "after")
            assert await client.texts(1) == ["after"]
    assert log.getvalue().count("sockets_fail") == 1
    assert log.getvalue().count("sockets_work_again") == 1


async def test_a_session_that_has_ended(live: Live) -> None:
    """Its sockets end at once where that is done here, and no other session's do."""
    session, other = live.session(), live.session()
    async with live.connect(session) as client, live.connect(other) as stays:
        write(live, session, "hello")
        await client.texts(1)
        sessions.end_session(live.application.deps, session.token)
        live.runtime.sockets.doubt(session.conversation_id)
        live.runtime.sockets.doubt(other.conversation_id)
        live.runtime.sockets.doubt("unknown")
        assert (await client.frame())["error"]["code"] == "session_invalid"
        assert await client.closed() == 4401
        write(live, other, "still here")
        assert await stays.texts(1) == ["still here"]


async def test_a_session_that_was_ended_elsewhere(tmp_path: Path) -> None:
    """Another process ended it: its sockets here do not outlive it for long."""
    async with living(tmp_path, replace(QUICK, socket=0.02)) as live:
        session = live.session()
        async with live.connect(session) as client:
            write(live, session, "hello")
            await client.texts(1)
            sessions.end_session(live.application.deps, session.token)
            assert await client.closed() == 4401


async def test_a_database_that_is_away_ends_no_session(tmp_path: Path) -> None:
    """Who cannot be asked about is not sent away."""
    async with living(tmp_path, replace(QUICK, socket=0.01)) as live:
        session = live.session()
        store = Away(live)
        async with live.connect(session) as client:
            write(live, session, "before")
            await client.texts(1)
            store.away = True
            await until(lambda: store.tried >= 6)
            store.away = False
            write(live, session, "after")
            assert await client.texts(1) == ["after"]


async def test_nobody_can_be_asked_who_it_is(live: Live) -> None:
    """The database is away at the first frame: come back later, and never "unknown"."""
    session = live.session()
    store = Away(live)
    store.away = True
    async with live.connect(session) as client:
        assert await client.closed() == 1013
    assert live.counted("fairwell_socket_ends_total", why="failed") == 1


async def test_why_sockets_ended_is_counted(live: Live) -> None:
    """Left, or stopped with the process."""
    session = live.session()
    async with live.connect(session) as client:
        write(live, session, "hello")
        await client.texts(1)
        client.chatter()
        client.leave()
        await client.ended()
    assert live.counted("fairwell_socket_ends_total", why="left") == 1
    async with live.connect(session) as client:
        await client.texts(1)
        await live.runtime.drain()
        assert await client.closed() == 1012
    assert live.counted("fairwell_socket_ends_total", why="stopped") == 1
