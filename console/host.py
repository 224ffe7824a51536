"""What the console is given by whoever runs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, Protocol, TypeVar

from starlette.requests import HTTPConnection

from bot.bootstrap import Application
from bot.services.dependencies import Dependencies
from bot.services.doors import Doors
from console.live import Live

P = ParamSpec("P")
T = TypeVar("T")


class Run(Protocol):
    """Runs a service in a thread: services wait, the server does not."""

    async def __call__(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Returns what it returns, raises what it raises."""
        ...


@dataclass(frozen=True, slots=True)
class Host:
    """The application, threads, and how to tell the rest of the process that something was said.

    `network_of` is where a request comes from, as far as anybody can tell; `announce` is called with a
    conversation in which staff said or did something.
    """

    application: Application
    run: Run
    announce: Callable[[str], None]
    submit: Callable[[str], None]
    network_of: Callable[[HTTPConnection], str | None]
    live: Live

    @property
    def deps(self) -> Dependencies:
        """What every service takes."""
        return self.application.deps

    @property
    def doors(self) -> Doors:
        """What signing in takes."""
        return self.application.doors

    @property
    def secure(self) -> bool:
        """Whether browsers reach it by https."""
        return self.deps.public_url.startswith("https://")
