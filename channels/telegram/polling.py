"""Long polling: fetches updates, and confirms one only when it is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import structlog
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter

from channels.telegram import faults
from channels.telegram.api import BotApi
from channels.telegram.intake import Intake, number_of
from channels.telegram.pace import Backoff, Pace

log = structlog.get_logger(__name__)

LEASE = "telegram-poller"


class Poller:
    """Fetches for as long as it is the only one of ours that does."""

    def __init__(
        self,
        api: BotApi,
        intake: Intake,
        only_one: Callable[[str], AbstractAsyncContextManager[bool]],
        pace: Pace,
    ) -> None:
        self._api = api
        self._intake = intake
        self._only_one = only_one
        self._pace = pace
        self._network = Backoff(pace)
        self._intake_faults = Backoff(pace)
        self._lease_faults = Backoff(pace)
        self._offset: int | None = None
        self._without_webhook = False

    async def run(self) -> None:
        """Fetches until it is cancelled."""
        while True:
            wait = await self._hold()
            await asyncio.sleep(wait)

    async def _hold(self) -> float:
        """Fetches while the right to it lasts; returns the seconds until it should be asked for again."""
        try:
            async with self._only_one(LEASE) as mine:
                while mine:
                    await self._round()
        except Conflict:
            self._without_webhook = False
            log.warning(
                "telegram_poll_conflict",
                hint="Another program fetches this bot's updates, or gave it a webhook. Stop that one, or "
                "make a new token with @BotFather.",
            )
            return self._pace.conflict
        except Exception as fault:  # noqa: BLE001 - the database is away; the next try tells
            log.warning("telegram_poll_interrupted", fault=type(fault).__name__)
            return self._lease_faults.next()
        self._lease_faults.reset()
        return self._pace.elsewhere

    async def _round(self) -> None:
        """Asks once, and takes in what came. Raises `Conflict`."""
        began = asyncio.get_running_loop().time()
        try:
            await self._remove_webhook()
            updates = await self._api.updates(self._offset, self._pace.long_poll)
        except Conflict:
            raise
        except Exception as fault:  # noqa: BLE001 - Telegram is away, or answers nonsense
            await asyncio.sleep(self._setback(fault))
            return
        self._network.reset()
        if updates:
            await self._take(updates)
            return
        # All before the offset are confirmed now. After a quiet week numbers begin anew, anywhere.
        self._offset = None
        if asyncio.get_running_loop().time() - began < self._pace.idle:
            # Whoever answers at once instead of waiting must not be asked in a circle.
            await asyncio.sleep(self._pace.idle)

    async def _remove_webhook(self) -> None:
        """While Telegram has a webhook it gives nothing to those who ask."""
        if self._without_webhook:
            return
        try:
            await self._api.bot.delete_webhook(drop_pending_updates=False)
        except InvalidToken as fault:
            # The token is known to be good: it is this method that is unknown here.
            log.warning("telegram_webhook_not_removed", fault=type(fault).__name__)
        self._without_webhook = True

    async def _take(self, updates: list[object]) -> None:
        """One after the other, in order; stops at the first that is not stored, to ask for it again."""
        offset = self._offset
        for update in updates:
            number = number_of(update)
            try:
                await self._intake.take(update)
            except Exception as fault:  # noqa: BLE001 - whatever it was, the update is not stored
                log.warning("telegram_update_not_taken", update=number, fault=type(fault).__name__)
                await asyncio.sleep(self._intake_faults.next())
                return
            self._intake_faults.reset()
            if number is not None:
                self._offset = number + 1
        if self._offset == offset:
            await asyncio.sleep(self._pace.idle)

    def _setback(self, fault: Exception) -> float:
        """Says once, at the first failure in a row, what is wrong; returns the seconds to wait."""
        first = self._network.failures == 0
        wait = self._network.next()
        if isinstance(fault, RetryAfter):
            return faults.seconds(fault)
        if isinstance(fault, InvalidToken):
            if first:
                log.error("telegram_token_refused", hint=TOKEN_HINT)
            return self._pace.refused
        if first:
            log.warning("telegram_away", fault=type(fault).__name__, network=isinstance(fault, NetworkError))
        return wait


#: What to do about a token that Telegram does not know.
TOKEN_HINT = "Set FAIRWELL_TELEGRAM_TOKEN to the bot's token as @BotFather shows it."  # noqa: S105 - a sentence
