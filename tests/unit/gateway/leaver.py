"""Somebody at /leave without scripts: reads the page's forms, fills them in, presses."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path

import httpx

from bot.domain.subscriptions import Status
from bot.ports import Store
from bot.services.views import reader
from gateway.app import create_app
from gateway.pace import Pace
from tests.fixtures import read_once
from tests.fixtures.fakes import FakeClock, Mail, RecordingMailer
from tests.unit.gateway.fake_rasa import FakeRasa
from tests.unit.gateway.support import QUICK, World, application, until

#: Words that only Rasa can read are not waited for long.
AT_THE_FORM = replace(QUICK, words=0.05)


@dataclass
class PageForm:
    """A form: what it carries, what can be filled in, and its buttons by what stands on them."""

    hidden: dict[str, str] = field(default_factory=dict)
    fields: dict[str, dict[str, str | None]] = field(default_factory=dict)
    buttons: dict[str, str] = field(default_factory=dict)  # title -> name


class Page(HTMLParser):
    """What a page says and what can be done there."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__()
        self.response = response
        self.forms: list[PageForm] = []
        self.links: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.pieces: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(response.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes the tag and what it is good for."""
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag not in {"input", "meta", "link", "path"}:
            self._open.append(tag)
        if tag == "form":
            self.forms.append(PageForm())
        if tag == "a":
            self.links.append(given.get("href") or "")
        if tag in {"input", "textarea"}:
            self._control(given)

    def handle_endtag(self, tag: str) -> None:
        """Closes the tag."""
        if tag in self._open:
            del self._open[len(self._open) - 1 - self._open[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        """Notes the text, by the tag that it stands in."""
        if data.strip():
            self.pieces.append((self._open[-1] if self._open else "", " ".join(data.split())))

    def _control(self, given: dict[str, str | None]) -> None:
        form, name = self.forms[-1], given.get("name") or ""
        if given.get("type") == "hidden":
            form.hidden[name] = given.get("value") or ""
        elif given.get("type") == "submit":
            form.buttons[given.get("value") or ""] = name
        else:
            form.fields[name] = given

    @property
    def heading(self) -> str:
        """The first heading."""
        return next(text for tag, text in self.pieces if tag == "h1")

    @property
    def title(self) -> str:
        """The window's."""
        return next(text for tag, text in self.pieces if tag == "title")

    @property
    def text(self) -> str:
        """All of it."""
        return " ".join(text for tag, text in self.pieces if tag != "title")

    @property
    def presses(self) -> list[str]:
        """What stands on the buttons of what the bot has said."""
        return [title for form in self.forms for title, name in form.buttons.items() if name[:6] == "press."]

    @property
    def receipts(self) -> list[str]:
        """Their addresses, in order."""
        return [link for link in self.links if "/receipts/" in link]

    def form_with(self, wanted: str) -> PageForm:
        """The form that has a field of this name, or a button of this title."""
        return next(form for form in self.forms if wanted in form.fields or wanted in form.buttons)


@dataclass
class Leaver:
    """A visitor of /leave; `headers` are what their browser adds."""

    world: World
    headers: dict[str, str] = field(default_factory=dict)

    def words(self, name: str, language: str = "en", **values: object) -> str:
        """What a message says."""
        return self.world.application.deps.wording.text(name, language, values)

    async def open(self, language: str = "en") -> Page:
        """The first page."""
        params = {"language": language}
        return Page(await self.world.client.get("/leave", params=params, headers=self.headers))

    async def post(self, fields: dict[str, str]) -> Page:
        """Any form at all."""
        return Page(await self.world.client.post("/leave", data=fields, headers=self.headers))

    async def send(self, page: Page, **fields: str) -> Page:
        """Fills the form in that has these fields, and sends it."""
        form = page.form_with(next(iter(fields)))
        return await self.post({**form.hidden, **fields})

    async def press(self, page: Page, title: str) -> Page:
        """Presses the button on which this stands."""
        form = page.form_with(title)
        return await self.post({**form.hidden, form.buttons[title]: title})

    async def declared(self, address: str = "demo-solo@example.com", language: str = "en") -> Page:
        """The page after the first press."""
        return await self.send(await self.open(language), email=address)

    @property
    def mails(self) -> list[Mail]:
        """Those that went out."""
        mailer = self.world.application.mailer
        assert isinstance(mailer, RecordingMailer)
        return mailer.sent

    async def code(self, address: str = "demo-solo@example.com", number: int = 1) -> str:
        """The first code that was sent there, or a later one, once its mail has gone out."""

        def codes() -> list[str]:
            found = [re.search(r"\b\d{6}\b", mail.text) for mail in self.mails if mail.to == address]
            return [match[0] for match in found if match is not None]

        await until(lambda: len(codes()) >= number)
        return codes()[number - 1]

    def statuses(self, customer: str = "demo-solo") -> list[Status]:
        """Of a customer's subscriptions."""
        deps = self.world.application.deps
        with deps.store.begin() as work:
            return [item.status for item in reader(deps, work).subscriptions(customer)]

    async def verified(self, address: str = "demo-solo@example.com", language: str = "en") -> Page:
        """The page after the right code."""
        page = await self.declared(address, language)
        return await self.send(page, code=await self.code(address))


@asynccontextmanager
async def leaving(
    home: Path, pace: Pace = AT_THE_FORM, watch: Callable[[Store], Store] = lambda store: store
) -> AsyncIterator[Leaver]:
    """A gateway that speaks as it does to customers, whose Rasa is down: nothing here may need it.

    `watch` may put something around its store.
    """
    clock = FakeClock()
    made = application(home, clock=clock)
    spoken = read_once.responses(made.settings.zone)
    made = replace(made, deps=replace(made.deps, wording=spoken, store=watch(made.deps.store)))
    rasa = FakeRasa(made.deps, up=False)
    app = create_app(made, rasa, pace)
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50000), raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client,
    ):
        yield Leaver(World(made, rasa, app, client, clock))
