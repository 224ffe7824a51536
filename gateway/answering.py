"""One message: prepared, asked of Rasa or only read, and completed with what its action stored (P2)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.domain.conversations import Understanding
from bot.domain.inbox import InboxEntry
from bot.services import acting, inbox
from bot.services import turns as services
from bot.services.dependencies import Dependencies
from bot.services.inbox import Answer
from bot.services.outcome import UnfinishedError
from bot.services.turns import Prepared, Step
from gateway.meanings import Meanings
from gateway.metrics import Metrics
from gateway.rasa import Mode, Rasa, RasaAnswer, RasaRefusedError, RasaTurnError, RasaUnavailableError
from gateway.threads import Threads

#: So many messages are asked of Rasa at the same time: above that it only gets slower.
RASA_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Hooks:
    """What goes on around turns, by a conversation's id.

    `before_turn` is awaited before a message is answered; `announce` is called whenever something about the
    conversation has changed.
    """

    before_turn: Callable[[str], Awaitable[None]]
    announce: Callable[[str], None]


class Answering:
    """Answers messages as `owner`, who holds their conversations' leases.

    While `rasa_away` is set, Rasa is not asked. Announced is when the customer's message stands in the
    transcript.
    """

    def __init__(
        self,
        deps: Dependencies,
        rasa: Rasa,
        owner: str,
        threads: Threads,
        metrics: Metrics,
        hooks: Hooks,
        meanings: Meanings,
    ) -> None:
        self._hooks = hooks
        self._meanings = meanings
        self._deps = deps
        self._rasa = rasa
        self._owner = owner
        self._threads = threads
        self._metrics = metrics
        self._asking = asyncio.Semaphore(RASA_AT_ONCE)
        self.rasa_away = False

    async def answer(self, entry: InboxEntry) -> str:
        """Takes one message as far as it goes now; returns what came of it, a word for the metrics.

        Raises `ConflictError` when the lease is lost, `RasaError`, and whatever the store raises.
        """
        await self._hooks.before_turn(entry.conversation_id)
        prepared = await self._threads.run(services.prepare, self._deps, entry.id)
        if prepared.step is Step.NOTHING:
            return "nothing"
        if prepared.step is Step.COMPLETE:
            await self._complete(entry, None)
            return "repeated"
        if prepared.step is Step.READ:
            understanding = await self._read(entry, prepared)
            # Where staff have just handed back, it is looked at again, for the bot to answer.
            held = await self._threads.run(services.hold, self._deps, entry.id, understanding)
            return "held" if held else "handed_back"
        # The customer's message stands in the transcript now.
        self._hooks.announce(entry.conversation_id)
        meaning = self._meanings.intent(entry, prepared)
        if meaning is not None:
            await self._threads.run(self._meanings.act, entry, meaning)
            await self._complete(entry, None)
            return "known"
        return await self._turn(entry, prepared)

    async def _turn(self, entry: InboxEntry, prepared: Prepared) -> str:
        """Asks Rasa. What an action stored counts, also where Rasa's own answer was lost or is empty."""
        try:
            answer = await self._ask(entry, prepared)
        except (RasaUnavailableError, RasaTurnError):
            if not await self._stored(entry):
                raise
            await self._complete(entry, None)
            return "recovered"
        if not answer.texts and not await self._stored(entry):
            raise RasaTurnError("an empty answer")
        await self._complete(entry, Answer(answer.texts, answer.understanding))
        return "answered"

    async def _read(self, entry: InboxEntry, prepared: Prepared) -> Understanding:
        known = self._meanings.intent(entry, prepared) or prepared.intent
        if known is not None:
            return Understanding(intent=known, confidence=1.0)
        return (await self._ask(entry, prepared)).understanding

    async def _ask(self, entry: InboxEntry, prepared: Prepared) -> RasaAnswer:
        if self.rasa_away:
            raise RasaUnavailableError("Rasa was away a moment ago")
        mode: Mode = "parse" if prepared.step is Step.READ else "turn"
        async with self._asking:
            try:
                answer = await self._rasa.ask(entry.id, prepared, mode)
            except RasaRefusedError:
                # A text that must not be read, by Rasa's own rules, is answered with a clarifying question.
                unread = replace(prepared, text=None, intent="nlu_fallback", awaiting=None)
                answer = await self._rasa.ask(entry.id, unread, mode)
        self._metrics.rasa_up.set(1)
        return answer

    async def _stored(self, entry: InboxEntry) -> bool:
        prepared = await self._threads.run(services.prepare, self._deps, entry.id)
        return prepared.step is Step.COMPLETE

    async def _complete(self, entry: InboxEntry, answer: Answer | None) -> None:
        try:
            await self._threads.run(inbox.complete, self._deps, entry.id, self._owner, answer)
        except UnfinishedError:
            await self._threads.run(acting.finish, self._deps, entry.id)
            await self._threads.run(inbox.complete, self._deps, entry.id, self._owner, answer)
