"""Runs both listeners in one loop until the process is told to stop."""

from __future__ import annotations

import asyncio
import resource
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING

import structlog
import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from bot.domain.errors import FairwellError
from gateway import logs
from gateway.app import MAX_BODY, create_actions_app, create_app
from gateway.runtime import Runtime

if TYPE_CHECKING:
    from fastapi import FastAPI

    from bot.bootstrap import Application

log = structlog.get_logger(__name__)

#: Requests under way may take this long to end; those that wait for an answer are sent home at once.
GRACE_SECONDS = 2
#: A socket that has ended may take this long to send what is left; uvicorn gives a closing handshake ten.
LINGER_SECONDS = 12
#: Open files: as many as the system allows, up to this; and what is kept for all that is no chat socket.
FILES, OTHER_FILES = 65536, 512


class AddressInUseError(FairwellError):
    """Somebody else listens there; names the setting to change."""


class ListenerEndedError(FairwellError):
    """A listener ended without being told to; the log says why."""


class _Server(uvicorn.Server):
    """A server that leaves signals to us: two of them in one process would take them from each other."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Captures none."""
        yield


class _Socket(WebSocketsSansIOProtocol):
    """A WebSocket that is gone some time after its end, also where the client reads nothing any more.

    A transport's `close` waits until everything is sent, and with such a client that is for ever.
    """

    _linger: asyncio.TimerHandle | None = None

    async def run_asgi(self) -> None:
        """Serves it, and cuts it off at last."""
        try:
            await super().run_asgi()
        finally:
            if not self.disconnected:
                self._linger = self.loop.call_later(LINGER_SECONDS, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone by itself."""
        super().connection_lost(exc)
        if self._linger is not None:
            self._linger.cancel()


async def serve(application: Application) -> None:
    """Serves until SIGTERM or SIGINT, then stops cleanly: turns under way end, nothing accepted is lost.

    Raises `AddressInUseError` before anything has started, `ListenerEndedError` when a listener fails.
    """
    logs.configure()
    settings = application.settings
    with (
        _listen(settings.actions_host, settings.actions_port, "FAIRWELL_ACTIONS_BIND") as actions_socket,
        _listen(settings.bind, settings.port, "FAIRWELL_PORT") as main_socket,
    ):
        app = create_app(application)
        runtime: Runtime = app.state.runtime
        runtime.sockets.allow(_files() - OTHER_FILES)
        main, actions = _server(app), _server(create_actions_app(application))
        stop = asyncio.Event()
        with _signals(stop):
            await _until(stop, runtime, main, main_socket, actions, actions_socket)
        if not stop.is_set():
            raise ListenerEndedError("a listener ended by itself; the log says why")


async def _until(
    stop: asyncio.Event,
    runtime: Runtime,
    main: _Server,
    main_socket: socket.socket,
    actions: _Server,
    actions_socket: socket.socket,
) -> None:
    """Actions are served first and last: turns under way need them."""
    serving_actions = asyncio.create_task(actions.serve([actions_socket]))
    serving = asyncio.create_task(main.serve([main_socket]))
    stopping = asyncio.create_task(stop.wait())
    log.info("serving", port=runtime.settings.port)
    await asyncio.wait({serving, serving_actions, stopping}, return_when=asyncio.FIRST_COMPLETED)
    log.info("stopping")
    stopping.cancel()
    main.should_exit = True
    await runtime.drain()
    try:
        await serving
    finally:
        actions.should_exit = True
        await serving_actions


def _server(app: FastAPI) -> _Server:
    return _Server(
        uvicorn.Config(
            app,
            lifespan="on",
            log_config=None,
            # Addresses hold the keys of receipts.
            access_log=False,
            # Who a request comes from is what the connection says; a header could say anything.
            proxy_headers=False,
            server_header=False,
            ws=_Socket,
            ws_max_size=MAX_BODY,
            # Frames are short, and what compressing them takes is kept for each socket: some 50 kB.
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )


def _files() -> int:
    """Has the system let this process open more files, each socket being one; returns how many it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return FILES
    wanted = max(soft, FILES if hard == resource.RLIM_INFINITY else min(hard, FILES))
    # Some systems allow less than they say.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return soft


@contextmanager
def _listen(host: str, port: int, setting: str) -> Iterator[socket.socket]:
    address = "127.0.0.1" if host == "localhost" else host
    family = socket.AF_INET6 if ip_address(address).version == 6 else socket.AF_INET
    # The protocol is named because asyncio switches Nagle's algorithm off for such sockets only; with it,
    # every answer would wait 40 ms for the other side to acknowledge its head.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
    except OSError as fault:
        listener.close()
        raise AddressInUseError(f"{setting}: can't listen on {address}:{port} ({fault.strerror})") from None
    with listener:
        yield listener


@contextmanager
def _signals(stop: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
