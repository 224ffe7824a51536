"""The addresses an installation listens on: where to reach it, and whether they are free."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass

from bot.settings import Settings
from cli.faults import CommandError


@dataclass(frozen=True, slots=True)
class Listener:
    """One address, and the setting that moves it."""

    what: str
    host: str
    port: int
    setting: str


def listeners(settings: Settings) -> tuple[Listener, ...]:
    """The addresses `fairwell up` will listen on."""
    return (
        Listener("the app", settings.bind, settings.port, "FAIRWELL_PORT"),
        Listener("the actions", settings.actions_host, settings.actions_port, "FAIRWELL_ACTIONS_BIND"),
        Listener("Rasa", "127.0.0.1", settings.rasa_port, "FAIRWELL_RASA_PORT"),
    )


def local_url(settings: Settings) -> str:
    """Where this machine reaches the app."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.bind, settings.bind)  # noqa: S104
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def trouble_with(listener: Listener) -> str | None:
    """Why nobody can listen there now; None if one can."""
    family = socket.AF_INET6 if ":" in listener.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As servers do: connections of a server that has just stopped are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((listener.host, listener.port))
        except OSError as fault:
            return "is in use" if fault.errno == errno.EADDRINUSE else f"cannot be used: {fault.strerror}"
    return None


def refuse_taken_ports(settings: Settings) -> None:
    """Raises `CommandError` for the first address that cannot be had, before anything is started."""
    seen: dict[int, Listener] = {}
    for listener in listeners(settings):
        other = seen.setdefault(listener.port, listener)
        if other is not listener:
            raise CommandError(
                f"{listener.setting} and {other.setting} are both port {listener.port}; change one"
            )
        trouble = trouble_with(listener)
        if trouble is not None:
            raise CommandError(
                f"port {listener.port} for {listener.what} {trouble}; free it or set {listener.setting}"
            )
