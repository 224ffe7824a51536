"""The custom action of the stock project: one write to SQLite, one answer, as a tutorial would have it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

#: Names the SQLite file that the action writes to; it holds the table `cancellations` already.
BOOK = "BENCH_STOCK_BOOK"
TABLE = "CREATE TABLE cancellations (id INTEGER PRIMARY KEY, conversation TEXT NOT NULL, at TEXT NOT NULL)"


class ActionCancelStock(Action):  # type: ignore[misc]  # rasa_sdk ships no types
    """Cancels without asking who it is, keeping a copy or making sure that it happens once."""

    def name(self) -> str:
        """The name the rule calls it by."""
        return "action_cancel_stock"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Writes the cancellation down and says so."""
        with closing(sqlite3.connect(os.environ[BOOK])) as book, book:
            now = datetime.now(UTC).isoformat()
            book.execute(
                "INSERT INTO cancellations (conversation, at) VALUES (?, ?)", (tracker.sender_id, now)
            )
        dispatcher.utter_message(response="utter_cancelled")
        return []
