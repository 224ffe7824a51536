"""The line itself, at servers that behave as badly as they can."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from bot.billing.http_api.line import DroppedError, Line
from bot.domain.errors import BillingUnavailableError

_LONG = 20.0
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@contextmanager
def serving(handle: Callable[[socket.socket], None]) -> Iterator[tuple[str, list[socket.socket]]]:
    """Hands each connection to `handle`, in a thread of its own; gives the address, and the connections."""
    taken: list[socket.socket] = []

    def serve(connection: socket.socket) -> None:
        with suppress(OSError):
            handle(connection)

    def accept(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                taken.append(connection)
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=accept, args=(listener,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", taken
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
    for connection in taken:
        connection.close()


def read_request(connection: socket.socket) -> bytes:
    """One whole request; nothing, where the other side has gone."""
    got = b""
    while b"\r\n\r\n" not in got or not got.endswith(b"}"):
        piece = connection.recv(65536)
        if not piece:
            return b""
        got += piece
    return got


@pytest.fixture
def lines() -> Iterator[Callable[[str], Line]]:
    """Makes lines, and closes them."""
    made: list[Line] = []

    def line(url: str) -> Line:
        made.append(Line(url, proxies=False))
        return made[-1]

    yield line
    for item in made:
        item.close()


def test_connections_are_kept(lines: Callable[[str], Line]) -> None:
    """One after another, all requests go over one."""

    def handle(connection: socket.socket) -> None:
        while read_request(connection):
            connection.sendall(_HEAD + b"Content-Length: 2\r\n\r\n{}")

    with serving(handle) as (url, taken):
        line = lines(url)
        for _ in range(5):
            assert line.post({"x-a": "1"}, "{}", _LONG).body == b"{}"
        assert len(taken) == 1


def _headers_that_trickle(connection: socket.socket, over: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while not over.wait(0.02):
        connection.sendall(b"X-A: b\r\n")


def _a_body_that_trickles(connection: socket.socket, over: threading.Event) -> None:
    connection.sendall(_HEAD + b"Content-Length: 100000\r\n\r\n")
    while not over.wait(0.02):
        connection.sendall(b" ")


def _nothing_at_all(_: socket.socket, over: threading.Event) -> None:
    over.wait()


@pytest.mark.parametrize("behaves", [_headers_that_trickle, _a_body_that_trickles, _nothing_at_all])
def test_an_answer_has_its_time_as_a_whole(
    lines: Callable[[str], Line], behaves: Callable[[socket.socket, threading.Event], None]
) -> None:
    """However lively it is: each byte on its own would be in time."""
    over = threading.Event()

    def handle(connection: socket.socket) -> None:
        read_request(connection)
        behaves(connection, over)

    with serving(handle) as (url, _):
        try:
            with pytest.raises(BillingUnavailableError, match="in time"):
                lines(url).post({}, "{}", 0.3)
        finally:
            over.set()


def test_who_takes_no_connection_is_given_up(lines: Callable[[str], Line]) -> None:
    """The queue of a listener that nobody serves is full at some time."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        address = listener.getsockname()
        full = [socket.socket() for _ in range(4)]
        for item in full:
            item.setblocking(False)
            with suppress(BlockingIOError):
                item.connect(address)
        with pytest.raises(BillingUnavailableError):
            lines(f"http://127.0.0.1:{address[1]}").post({}, "{}", 0.3)
        for item in full:
            item.close()


@pytest.mark.parametrize(
    "sent",
    [b"", b"HTTP/1.1 200 OK\r\n", _HEAD + b"Content-Length: 100\r\n\r\n{", b"no HTTP at all\r\n\r\n"],
    ids=["nothing", "half a head", "half a body", "noise"],
)
def test_a_connection_that_breaks_off_is_told_apart(lines: Callable[[str], Line], sent: bytes) -> None:
    """Wherever it breaks off."""

    def handle(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_RDWR)

    with serving(handle) as (url, _), pytest.raises(DroppedError):
        lines(url).post({}, "{}", _LONG)


def test_an_answer_without_an_end_is_cut_off(lines: Callable[[str], Line]) -> None:
    """In pieces, of which nobody says how many there are."""

    def handle(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(_HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        while True:
            connection.sendall(b"10000\r\n" + b" " * 0x10000 + b"\r\n")

    with serving(handle) as (url, _), pytest.raises(BillingUnavailableError, match="longer"):
        lines(url).post({}, "{}", _LONG)


def test_a_name_that_is_none_is_no_connection(lines: Callable[[str], Line]) -> None:
    """RFC 6761: no name below `invalid` is ever one."""
    with pytest.raises(BillingUnavailableError):
        lines("http://billing.invalid").post({}, "{}", _LONG)
