"""The console without sockets and without Rasa, on a real SQLite database, with somebody of each role."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import httpx
from fastapi import FastAPI

from bot.bootstrap import Application
from bot.domain.conversations import Author, Message, ReplyKind, Understanding
from bot.domain.identities import Proof, ProofSource, proof_of
from bot.domain.staff import Role, Staff
from bot.ports import UnitOfWork
from bot.services import identity, sessions, staff_sessions
from bot.store.unit_of_work import SqlStore
from console.app import create_console
from console.host import Host
from console.live import Live
from tests.fixtures.fakes import FakeClock
from tests.unit.gateway.support import application

P = ParamSpec("P")
T = TypeVar("T")
URL = "http://127.0.0.1:8000"
CUSTOMER = "demo-solo"


async def run(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """In the same thread."""
    return work(*args, **kwargs)


@dataclass
class Office:
    """An installation's console; what it announces is kept."""

    home: Path
    store: SqlStore
    clock: FakeClock = field(default_factory=FakeClock)
    settings: Mapping[str, Any] = field(default_factory=dict)
    network: str | None = "203.0.113.7"

    def __post_init__(self) -> None:
        self.application: Application = application(
            self.home, cast("Any", self.store), self.clock, **self.settings
        )
        self.deps = self.application.deps
        self.announced: list[str] = []
        self.live = Live()
        self.console = create_console(self._host())
        self.app = FastAPI()
        self.app.mount("/console", self.console)

    def _host(self) -> Host:
        return Host(
            self.application,
            run,
            self.announced.append,
            self.announced.append,
            lambda _: self.network,
            self.live,
        )

    def visitor(self, **headers: str) -> Browser:
        """Nobody who is signed in."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=True)
        return Browser(self, httpx.AsyncClient(transport=transport, base_url=URL, headers=headers))

    def member(self, role: Role, name: str = "Bea Kraus", **fields: Any) -> Staff:
        """Somebody of the staff."""
        made = Staff(f"st_{self.deps.ids.token()}", f"{self.deps.ids.token()}@example.com", name, role,
                     self.clock.now(), **fields)  # fmt: skip
        with self.store.begin() as work:
            work.staff.put(made)
            work.commit()
        return made

    def signed_in(self, who: Role | Staff, method: str = "oidc") -> Browser:
        """A browser of somebody."""
        member = self.member(who) if isinstance(who, Role) else who
        with self.store.begin() as work:
            opened = staff_sessions.open_session(self.deps, work, member, method, "Firefox on Linux")
            work.commit()
        browser = self.visitor()
        browser.client.cookies.set("fairwell_staff", opened.token)
        browser.csrf = staff_sessions.csrf_of(self.deps, opened.token)
        browser.staff = member
        return browser

    def conversation(self, *texts: str, customer: str | None = CUSTOMER, locale: str = "en") -> str:
        """One in which a customer has said something; they have proved who they are, unless it is None."""
        name = sessions.open_session(self.deps, None, locale).conversation_id
        with self.store.begin() as work:
            for text in texts:
                self.says(work, name, text)
            if customer is not None:
                identity.prove(work, self.proof(name, customer))
            work.commit()
        return name

    def says(self, work: UnitOfWork, name: str, text: str, author: Author = Author.CUSTOMER) -> None:
        """A message in it."""
        understood = Understanding(intent="nlu_fallback", confidence=0.4)
        work.messages.add(
            Message(name, 0, author, ReplyKind.TEXT, text, self.clock.now(), understanding=understood)
        )

    def proof(self, name: str, customer: str) -> Proof:
        """That it is them."""
        return proof_of(name, customer, ProofSource.WEB_TOKEN, self.clock.now())


@dataclass
class Browser:
    """Somebody's browser: what it gets, and forms it sends with what their page had in them."""

    office: Office
    client: httpx.AsyncClient
    csrf: str = ""
    staff: Staff | None = None

    async def get(self, path: str, **query: str) -> httpx.Response:
        """A page of the console."""
        return await self.client.get(f"/console{path}", params=query or None)

    async def post(
        self, path: str, headers: Mapping[str, str] | None = None, **fields: str
    ) -> httpx.Response:
        """A form, with the token that belongs in it."""
        sent = {"csrf": self.csrf, **fields}
        return await self.client.post(f"/console{path}", data=sent, headers=dict(headers or {}))


def hidden(html: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, html
    return found[1]
