"""A gateway without sockets: real services and actions on a store in memory, and a Rasa one can break."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fastapi import FastAPI
from pydantic import SecretStr
from rasa_sdk.executor import ActionExecutor

from actions import registry
from bot.billing.book import Book
from bot.bootstrap import Application
from bot.crypto.identity_tokens import Hs256IdentityTokens
from bot.crypto.receipt_signing import Ed25519ReceiptSigner
from bot.domain.conversations import Understanding
from bot.domain.text import MAX_TEXT
from bot.ports import Store
from bot.services.dependencies import Dependencies
from bot.services.turns import Prepared
from bot.settings import Settings
from bot.understanding.payload import looks_like_payload
from gateway.pace import Pace
from gateway.rasa import Mode, RasaAnswer, RasaError, RasaRefusedError, RasaUnavailableError
from tests.fixtures.fakes import FakeClock, FakeIds, FixedHasher, RecordingMailer
from tests.fixtures.memory_store import MemoryStore

IDENTITY_SECRET = "an identity secret of 32 bytes or more"
ACTIONS_SECRET = "a secret between Rasa and the app"
#: Everything soon: what tests wait for are conditions, never these times.
QUICK = Pace(
    lease=timedelta(seconds=15),
    renew=0.02,
    sweep=0.02,
    overdue=0.02,
    jobs=0.02,
    look=0.02,
    answer=5.0,
    socket=0.02,
    first_frame=0.2,
    stop=5.0,
)
_PATIENCE = 20.0
#: Rules of the bot that matter here; Rasa's own texts stand for the rest.
_ACTIONS = {
    "cancel": "action_cancel",
    "undo_cancel": "action_undo_cancel",
    "nlu_fallback": "action_clarify",
    "talk_to_human": "action_talk_to_human",
    "decline": "action_decline",
    "give_reason": "action_give_reason",
    "give_email": "action_give_email",
    "give_code": "action_give_code",
    "deny": "action_deny",
}
_UNDERSTOOD = {
    "[email]": "give_email",
    "[code]": "give_code",
    "cancel": "cancel",
    "undo": "undo_cancel",
    "human": "talk_to_human",
}


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
    home: Path, store: Store | None = None, clock: FakeClock | None = None, **settings: Any
) -> Application:
    """A whole application in memory, with the demo's customers; `settings` are those of `bot.settings`."""
    chosen = Settings(
        home=home, **{"demo": True, "web_identity_secret": SecretStr(IDENTITY_SECRET), **settings}
    )
    time = clock or FakeClock()
    key = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    signer = Ed25519ReceiptSigner([key.decode()], b"k" * 32)
    tokens = Hs256IdentityTokens(IDENTITY_SECRET, time)
    deps = Dependencies(
        store=store or MemoryStore(),
        billing=Book(chosen.zone, time),
        wording=NamedWording(),
        clock=time,
        ids=FakeIds(),
        signer=signer,
        hasher=FixedHasher(),
        identity_tokens=tokens,
        company=chosen.company,
        zone=chosen.zone,
        public_url=chosen.public_url,
    )
    made = Application(
        settings=chosen,
        deps=deps,
        mailer=RecordingMailer(),
        signer=signer,
        identity_tokens=tokens,
        rasa_secret="a secret between the gateway and Rasa",
        actions_secret=ACTIONS_SECRET,
    )
    made.ensure_demo()
    return made


def understand(prepared: Prepared) -> str:
    """What Rasa would understand, as far as these tests talk to it."""
    if prepared.intent is not None:
        return prepared.intent
    text = (prepared.text or "").casefold()
    return next((intent for piece, intent in _UNDERSTOOD.items() if piece in text), "greet")


@dataclass
class FakeRasa:
    """Runs the real actions, and fails where a test says so; `faults` are met first, one a turn."""

    deps: Dependencies
    up: bool = True
    faults: list[Exception] = field(default_factory=list)  # before the action
    lost: list[Exception] = field(default_factory=list)  # after it: the reply gets lost
    empty: int = 0  # so many answers of Rasa's own without a text
    gate: asyncio.Event | None = None  # a turn waits for it, where there is one
    asked: list[tuple[str, str | None]] = field(default_factory=list)  # sender, text or intent
    waiting: int = 0  # at the gate

    async def ask(self, inbox_id: str, prepared: Prepared, mode: Mode = "turn") -> RasaAnswer:
        """One turn."""
        if not self.up:
            raise RasaUnavailableError("down")
        self.asked.append((prepared.sender, prepared.text or prepared.intent))
        if prepared.text is not None and (looks_like_payload(prepared.text) or len(prepared.text) > MAX_TEXT):
            raise RasaRefusedError("payload")
        if self.gate is not None:
            self.waiting += 1
            await self.gate.wait()
        if self.faults:
            raise self.faults.pop(0)
        understanding = Understanding(understand(prepared), 0.97, "a rule", 3.0, 9.0)
        if mode == "parse":
            return RasaAnswer((), understanding)
        texts = await self._texts(inbox_id, prepared.sender, understanding.intent or "")
        if self.lost:
            raise self.lost.pop(0)
        return RasaAnswer(texts, understanding)

    async def healthy(self) -> bool:
        """Whether it is up."""
        return self.up

    async def close(self) -> None:
        """Nothing to give back."""

    async def _texts(self, inbox_id: str, sender: str, intent: str) -> tuple[str, ...]:
        if intent not in _ACTIONS:
            if self.empty:
                self.empty -= 1
                return ()
            return ("hello there",)
        executor = ActionExecutor()
        for action in registry.build(self.deps):
            executor.register_action(action)
        result = await executor.run(action_call(_ACTIONS[intent], sender, inbox_id, intent))
        assert result is not None
        return tuple(reply["text"] for reply in result.responses)


def action_call(action: str, sender: str, inbox_id: str, intent: str) -> dict[str, Any]:
    """What Rasa sends to have an action run."""
    message = {"intent": {"name": intent, "confidence": 0.97}, "metadata": {"inbox_id": inbox_id}, "text": ""}
    return {
        "next_action": action,
        "sender_id": sender,
        "domain": {},
        "version": "3.6.21",
        "tracker": {
            "sender_id": sender,
            "slots": {},
            "latest_message": message,
            "events": [],
            "paused": False,
            "followup_action": None,
            "active_loop": {},
            "latest_action_name": None,
        },
    }


class RasaBugError(RasaError):
    """A fault at one message."""


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
