"""Staff who write from a process of their own, through the product's service: `python -m tests.soak.staff`.

`open COUNT FILE` opens sessions, and notes their tokens and conversations. `write FILE SECONDS ROUNDS` writes
to each of them once in so many seconds, evenly spread, and says how far behind it fell.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from bot.bootstrap import build
from bot.domain.conversations import Author, Message, ReplyKind
from bot.services import sessions, transcripts
from bot.services.dependencies import Dependencies
from bot.settings import load_settings


def open_sessions(deps: Dependencies, count: int, file: Path) -> None:
    """Anonymous ones. Tokens go to FILE, conversations to FILE.conversations."""
    opened = [sessions.open_session(deps, None, None) for _ in range(count)]
    file.write_text("\n".join(one.token for one in opened), encoding="ascii")
    beside = file.with_suffix(".conversations")
    beside.write_text("\n".join(one.conversation_id for one in opened), encoding="ascii")


def write(deps: Dependencies, file: Path, seconds: float, rounds: int) -> None:
    """Each message ends with the time at which it was about to be written, by the machine's own clock."""
    conversations = file.with_suffix(".conversations").read_text(encoding="ascii").split()
    began, behind = time.monotonic(), 0.0
    for number in range(rounds * len(conversations)):
        due = began + number * seconds / len(conversations)
        time.sleep(max(0.0, due - time.monotonic()))
        behind = max(behind, time.monotonic() - due)
        say(deps, conversations[number % len(conversations)], number)
    spent = round(time.monotonic() - began, 1)
    written = {"written": rounds * len(conversations), "seconds": spent, "behind": round(behind, 2)}
    sys.stdout.write(json.dumps(written) + "\n")


def say(deps: Dependencies, conversation_id: str, number: int) -> None:
    """A line of about the length that people write."""
    with deps.store.begin() as work:
        conversation = work.conversations.lock(conversation_id)
        if conversation is None:
            raise LookupError(conversation_id)
        text = f"Thank you for waiting. I have looked into it, and this is number {number} {time.monotonic()}"
        message = Message(conversation_id, 0, Author.STAFF, ReplyKind.TEXT, text, deps.clock.now())
        transcripts.say(work, conversation, message)
        work.commit()


def main(command: str, *given: str) -> None:
    """One of the two."""
    deps = build(load_settings()).deps
    if command == "open":
        open_sessions(deps, int(given[0]), Path(given[1]))
    else:
        write(deps, Path(given[0]), float(given[1]), int(given[2]))


if __name__ == "__main__":
    main(*sys.argv[1:])
