"""Sends texts nobody should send through HTTP, and checks what must hold whatever is sent."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx

from tests.e2e.chat import ANSWERED_WITHIN, Chat
from tests.e2e.fuzz import Input
from tests.e2e.instance import Instance
from tests.e2e.waiting import wait_until

CUSTOMERS = ("demo-solo", "demo-multi", "demo-trial")
#: Messages of one conversation: below the number at which a visitor is slowed down.
_IN_ONE = 12
_AT_ONCE = 6
#: MB: what caches may take while they fill, and what a process may grow after that.
_FILLING, _GROWTH = 250, 60
_ENDS = {"cancel", "undo"}


def fuzz(instance: Instance, seed: int, texts: Sequence[Input]) -> dict[str, int]:
    """Sends them all, and returns how many were answered by each status.

    Checked: an answer to each, no fault, nothing ended, the words stored and never said back, none of them
    in a log, and processes that do not grow.
    """
    before = {customer: _book(instance, customer) for customer in CUSTOMERS}
    sizes = [_sizes(instance)]
    counts: dict[str, int] = {}
    half = len(texts) // 2
    for part in (texts[:half], texts[half:]):
        for statuses in _send_all(instance, seed, part):
            for status in statuses:
                counts[str(status)] = counts.get(str(status), 0) + 1
        sizes.append(_sizes(instance))
    assert {customer: _book(instance, customer) for customer in CUSTOMERS} == before, f"seed {seed}"
    assert instance.ledger.waiting() == 0
    _nothing_in_logs(instance, texts)
    for program, (start, middle, end) in {name: [size[name] for size in sizes] for name in sizes[0]}.items():
        told = f"{program}: {start} MB, {middle} MB after half, {end} MB at the end"
        print(told)  # noqa: T201 - the figures of a long run
        assert middle - start < _FILLING, told
        assert end - middle < _GROWTH, told
    assert sum(counts.values()) == len(texts)
    return counts


def _send_all(instance: Instance, seed: int, texts: Sequence[Input]) -> list[list[int]]:
    talks = [texts[first : first + _IN_ONE] for first in range(0, len(texts), _IN_ONE)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(lambda pair: _talk(instance, seed, *pair), zip(cycle(CUSTOMERS), talks)))


def _talk(instance: Instance, seed: int, customer: str, texts: Sequence[Input]) -> list[int]:
    """One verified conversation; whatever fails is said with all that was said before it."""
    statuses: list[int] = []
    with Chat(instance.url, instance.identity(customer)) as chat:
        for item in texts:
            said = [repr(earlier.text[:300]) for earlier in texts[: len(statuses) + 1]]
            where = f"seed {seed}, input {item.number} ({item.kind}) as {customer}, after:\n" + "\n".join(
                said
            )
            statuses.append(_one(chat, item, where))
        taken = [item for item, status in zip(texts, statuses, strict=True) if status == httpx.codes.OK]
        stored = [message["text"] for message in chat.history() if message["from"] == "customer"]
    where = f"seed {seed}, inputs {texts[0].number} to {texts[-1].number} as {customer}"
    assert len(stored) == len(taken), where
    for item, text in zip(taken, stored, strict=True):
        # A longer text is stored as far as anybody reads.
        assert item.marker in text or len(item.text) > 4000, f"{where}: {item.number} is stored as {text!r}"
    return statuses


def _one(chat: Chat, item: Input, where: str) -> int:
    """Sends one until it is answered; returns the status of the answer."""
    body = item.body(str(uuid.uuid4()))
    answer = wait_until(lambda: _attempt(chat, body), ANSWERED_WITHIN, f"an answer: {where}", 0.1)
    found: dict[str, Any] = answer.json()
    if answer.status_code in {413, 422}:
        assert set(found) == {"error"}, where
        assert set(found["error"]) == {"code", "message"}, where
        assert answer.status_code == (413 if len(body) > 64 * 1024 else 422), where
        return answer.status_code
    assert answer.status_code == httpx.codes.OK, f"{answer.status_code} {answer.text}: {where}"
    assert len(body) <= 64 * 1024, where
    assert found["replies"], where
    for reply in found["replies"]:
        ended = (reply.get("receipt") or {}).get("kind") in _ENDS
        assert not ended, f"{reply}: {where}"
        assert reply["kind"] != "exit_question", f"{reply}: {where}"
        assert not item.marker or item.marker not in reply["text"], f"{reply}: {where}"
        assert not set("{}") & set(reply["text"]), f"{reply}: {where}"
    return answer.status_code


def _attempt(chat: Chat, body: bytes) -> httpx.Response | None:
    answer = chat.http.post("/chat/messages", content=body, headers={"Content-Type": "application/json"})
    return None if answer.status_code == httpx.codes.ACCEPTED else answer


def _book(instance: Instance, customer: str) -> tuple[object, object]:
    return instance.ledger.status(customer), instance.ledger.operations(customer)


def _nothing_in_logs(instance: Instance, texts: Sequence[Input]) -> None:
    markers = [item.marker for item in texts if item.marker]
    for path in [*(instance.home / "run").glob("*.log*"), instance.home / "up.out"]:
        log = path.read_text(encoding="utf-8", errors="replace")
        told = [marker for marker in markers if marker in log]
        assert not told, f"{path.name} holds {told[:3]}"


def _sizes(instance: Instance) -> dict[str, int]:
    """Resident memory of each process, in MB."""
    found: dict[str, int] = {}
    for program in ("app", "rasa"):
        pid = instance.pid(program)
        assert pid is not None, f"{program} is not running"
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        found[program] = int(status.partition("VmRSS:")[2].split()[0]) // 1024
    return found
