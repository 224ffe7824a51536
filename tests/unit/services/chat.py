"""One conversation of the tests' world: what is said in it, what is answered, and what is kept of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain.cases import Case
from bot.domain.conversations import Awaiting, Conversation, Message, Understanding
from bot.domain.declarations import Declaration
from bot.domain.exit_interview import ExitQuestion
from bot.domain.identities import Proof
from bot.domain.inbox import Event
from bot.services import inbox, turns
from bot.services.acting import act, finish
from bot.services.inbox import Answer, Incoming
from bot.services.outcome import UnfinishedError
from bot.services.turn import Handler
from bot.services.turns import Prepared, Step
from tests.unit.services.script import BY_INTENT, CODE, EMAIL, END_DATE, OWNER, Replies

if TYPE_CHECKING:
    from tests.unit.services.world import World


@dataclass
class Chat:
    """One conversation, as the gateway carries it out."""

    world: World
    id: str

    def accept(
        self,
        text: str | None = None,
        *,
        button: str | None = None,
        key: str | None = None,
        said_at: datetime | None = None,
        event: Event | None = None,
    ) -> str:
        """Puts a message into the inbox."""
        key = key or self.world.ids.new("client")
        return inbox.accept(self.world.deps, Incoming(self.id, key, text, button, said_at, event))

    def say(self, text: str, handler: Handler, said_at: datetime | None = None) -> Replies:
        """Writes something that is understood as what `handler` answers."""
        return self.answer(self.accept(text, said_at=said_at), handler)

    def press(self, token: str) -> Replies:
        """Presses a button."""
        return self.answer(self.accept(button=token))

    def happen(self, event: Event, text: str | None = None) -> Replies:
        """Something happens that is neither a text nor a press."""
        return self.answer(self.accept(text, event=event))

    def open_link(self, token: str) -> Replies:
        """Opens a one-time link."""
        return self.happen(Event.LINK, token)

    def ask_code(self, email: str) -> str:
        """Gives an address; returns the code sent to it, or nothing where it is nobody's."""
        self.world.mails()
        self.say(email, EMAIL)
        return self.world.mails()[-1].payload["code"]

    def prepare(self, inbox_id: str) -> Prepared:
        """The gateway's first step."""
        return turns.prepare(self.world.deps, inbox_id)

    def act(self, inbox_id: str, handler: Handler, intent: str = "said", key: float = 0.9) -> None:
        """What the action endpoint does."""
        act(self.world.deps, self.id, inbox_id, handler, Understanding(intent, key))

    def answer(self, inbox_id: str, handler: Handler | None = None, *, intent: str = "other") -> Replies:
        """Carries a turn out; while a person is in charge the message is held, understood as `intent`."""
        prepared = self.prepare(inbox_id)
        if prepared.step is Step.READ:
            turns.hold(self.world.deps, inbox_id, Understanding(prepared.intent or intent, 0.9))
            return Replies(())
        if prepared.step is Step.ASK:
            chosen = BY_INTENT[prepared.intent] if prepared.intent is not None else handler
            assert chosen is not None
            self.act(inbox_id, chosen, prepared.intent or intent)
        return self.complete(inbox_id)

    def complete(self, inbox_id: str, answer: Answer | None = None) -> Replies:
        """The gateway's last step."""
        deps, now = self.world.deps, self.world.clock.now()
        with deps.store.begin() as work:
            work.conversations.take_lease(self.id, OWNER, now + timedelta(seconds=30), now)
            work.commit()
        try:
            inbox.complete(deps, inbox_id, OWNER, answer)
        except UnfinishedError:
            finish(deps, inbox_id)
            inbox.complete(deps, inbox_id, OWNER, answer)
        given = inbox.replies_to(deps, inbox_id)
        return Replies(given.messages if given else ())

    def hold(self, text: str, intent: str) -> str:
        """Writes something while a person is in charge."""
        inbox_id = self.accept(text)
        assert self.answer(inbox_id, intent=intent) == Replies(())
        return inbox_id

    def verify(self, email: str) -> Replies:
        """Asks for what takes a proof, unless that is so already; gives an address, and its code."""
        if self.state.awaiting not in {Awaiting.EMAIL, Awaiting.CODE}:
            self.say("when does it end?", END_DATE)
        return self.say(self.ask_code(email), CODE)

    @property
    def state(self) -> Conversation:
        """What the store knows of the conversation."""
        with self.world.store.begin() as work:
            found = work.conversations.get(self.id)
        assert found is not None
        return found

    @property
    def proof(self) -> Proof | None:
        """The proof that stands here now."""
        with self.world.store.begin() as work:
            return work.identities.proof(self.id, self.world.clock.now())

    @property
    def transcript(self) -> Sequence[Message]:
        """Every message, in order."""
        with self.world.store.begin() as work:
            return work.messages.after(self.id, 0)

    @property
    def declarations(self) -> list[Declaration]:
        """What was declared here, oldest first."""
        with self.world.store.begin() as work:
            return list(reversed(work.declarations.of_conversation(self.id)))

    @property
    def question(self) -> ExitQuestion | None:
        """The exit question asked last."""
        with self.world.store.begin() as work:
            return work.exit_interviews.latest_question(self.id)

    @property
    def case(self) -> Case | None:
        """The case that is not closed."""
        with self.world.store.begin() as work:
            return work.cases.current(self.id)
