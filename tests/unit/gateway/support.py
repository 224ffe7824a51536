"""A gateway without sockets: real services and actions on a store in memory, and a Rasa one can break."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fastapi import FastAPI
from pydantic import SecretStr

from bot.billing.book import Book
from bot.bootstrap import Application
from bot.crypto.identity_tokens import JwtIdentityTokens
from bot.crypto.passwords import Argon2Passwords
from bot.crypto.receipt_signing import Ed25519ReceiptSigner
from bot.crypto.totp import Totp
from bot.services.dependencies import Dependencies
from bot.services.doors import Doors
from bot.settings import Settings
from gateway.pace import Pace
from tests.fixtures import read_once
from tests.fixtures.fakes import FakeClock, FakeIds, FixedHasher, FixedLanguages, RecordingMailer
from tests.fixtures.memory_changes import MemoryChanges
from tests.fixtures.memory_store import MemoryStore
from tests.fixtures.webhooks import ScriptedAlerts, ScriptedWebhooks
from tests.unit.gateway.fake_rasa import FakeRasa

IDENTITY_SECRET = "an identity secret of 32 bytes or more"
ACTIONS_SECRET = "a secret between Rasa and the app"
TELEGRAM_SECRET = "a-secret-between-Telegram-and-the-app"
API_KEY = "a key of the company's own server, for the API"
#: Everything soon: what tests wait for are conditions, never these times.
QUICK = Pace(
    lease=timedelta(seconds=15),
    renew=0.02,
    sweep=0.02,
    overdue=0.02,
    jobs=0.02,
    deliveries=0.02,
    renew_role=0.02,
    look=0.02,
    answer=5.0,
    listen=0.02,
    socket=3600.0,
    alive=3600.0,
    listen_again=0.02,
    socket_again=0.02,
    first_frame=1.0,
    stop=5.0,
)
_PATIENCE = 60.0


class NamedWording:
    """Says a message by its name and values, so that tests do not depend on how things are put."""

    def text(self, message: str, locale: str, values: Mapping[str, object]) -> str:
        """Such as `cancel_done(plan=Pro)`."""
        shown = ", ".join(f"{name}={value}" for name, value in values.items())
        return f"{message}({shown})" if shown else message

    def locale(self, wanted: str | None) -> str:
        """English or German."""
        return "de" if (wanted or "").startswith("de") else "en"


def application(
    home: Path, store: MemoryStore | None = None, clock: FakeClock | None = None, **settings: Any
) -> Application:
    """A whole application in memory, with the demo's customers; `settings` are those of `bot.settings`."""
    chosen = Settings(
        home=home, **{"demo": True, "web_identity_secret": SecretStr(IDENTITY_SECRET), **settings}
    )
    time, kept = clock or FakeClock(), store or MemoryStore()
    signer = _signer()
    tokens = JwtIdentityTokens(IDENTITY_SECRET, time)
    deps = Dependencies(
        store=kept,
        billing=Book(chosen.zone, time),
        wording=NamedWording(),
        languages=FixedLanguages(),
        dates=read_once.dates(),
        clock=time,
        ids=FakeIds(),
        signer=signer,
        hasher=FixedHasher(),
        identity_tokens=tokens,
        company=chosen.company,
        zone=chosen.zone,
        public_url=chosen.public_url,
        shadow=chosen.shadow,
    )
    return _with_demo(chosen, deps, kept, signer, tokens)


def _with_demo(
    chosen: Settings,
    deps: Dependencies,
    kept: MemoryStore,
    signer: Ed25519ReceiptSigner,
    tokens: JwtIdentityTokens,
) -> Application:
    made = Application(
        settings=chosen,
        deps=deps,
        mailer=RecordingMailer(),
        webhooks=ScriptedWebhooks(),
        alerts=ScriptedAlerts(),
        changes=MemoryChanges(kept),
        signer=signer,
        identity_tokens=tokens,
        rasa_secret="a secret between the gateway and Rasa",
        actions_secret=ACTIONS_SECRET,
        telegram_secret=TELEGRAM_SECRET,
        api_key=API_KEY,
        doors=Doors(deps, Argon2Passwords(time_cost=1, memory_kib=8), Totp()),
        lexicons={},
    )
    made.ensure_demo()
    return made


def _signer() -> Ed25519ReceiptSigner:
    key = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Ed25519ReceiptSigner([key.decode()], b"k" * 32)


@dataclass
class World:
    """One process of the gateway, and a client on the same machine."""

    application: Application
    rasa: FakeRasa
    app: FastAPI
    client: httpx.AsyncClient
    clock: FakeClock

    async def session(self, customer: str | None = None) -> dict[str, str]:
        """Opens a session; returns what the server said."""
        body = {"identity": self.application.identity_tokens.issue(customer)} if customer else {}
        response = await self.client.post("/chat/sessions", json=body)
        assert response.status_code == 201, response.text
        opened: dict[str, str] = response.json()
        return opened

    async def say(self, session: dict[str, str], text: str | None = None, **body: Any) -> httpx.Response:
        """Says something, under a fresh id unless one is given."""
        content = {"id": str(uuid.uuid4()), **({"text": text} if text is not None else {}), **body}
        return await self.client.post("/chat/messages", json=content, headers=bearer(session))

    async def history(self, session: dict[str, str], after: int = 0) -> list[dict[str, Any]]:
        """The transcript."""
        response = await self.client.get("/chat/messages", params={"after": after}, headers=bearer(session))
        messages: list[dict[str, Any]] = response.json()["messages"]
        return messages

    def entries(self, conversation_id: str) -> int:
        """How many messages were accepted in a conversation."""
        with self.application.deps.store.begin() as work:
            return work.inbox.count_since(conversation_id, self.clock.now() - timedelta(days=1))


def bearer(session: dict[str, str]) -> dict[str, str]:
    """The header."""
    return {"Authorization": f"Bearer {session['session']}"}


def button(reply: dict[str, Any], name: str) -> str:
    """The token of a reply's button."""
    return next(str(item["token"]) for item in reply["buttons"] if item["name"] == name)


async def until(holds: Callable[[], bool]) -> None:
    """Waits for a condition."""
    async with asyncio.timeout(_PATIENCE):
        while not holds():  # noqa: ASYNC110 - conditions are the store's and the fakes'; they ring no bell
            await asyncio.sleep(0.005)
