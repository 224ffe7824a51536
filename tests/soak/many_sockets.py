"""Many clients of the chat's socket, in a process of their own: `python -m tests.soak.many_sockets URL FILE`.

FILE has a session's token in each line. Commands come by standard input, a line each, and are answered with a
line of JSON. `open` connects all at once. `expect N` waits until everybody has N messages, and says what was
seen since the last such report.
"""

from __future__ import annotations

import asyncio
import json
import random
import resource
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import websockets

#: Seconds. A client comes back after a pause of its own, as the website's script does.
_PAUSE = (0.5, 3.0)
_PATIENCE = 180.0


@dataclass
class Seen:
    """What all of them have seen since the last report."""

    received: int = 0
    twice: int = 0
    out_of_order: int = 0
    signs_of_life: int = 0
    dropped: int = 0
    refused: int = 0
    longest_silence: float = 0.0
    latencies: list[float] = field(default_factory=list)
    ends: dict[str, int] = field(default_factory=dict)

    def report(self) -> dict[str, Any]:
        """As JSON; latencies in milliseconds."""
        ordered = sorted(self.latencies)
        shown = {f"p{share}": _at(ordered, share / 100) for share in (50, 95, 99)}
        facts = {name: value for name, value in vars(self).items() if name != "latencies"}
        return {**facts, "latency_ms": {**shown, "max": _at(ordered, 1)}}


def _at(ordered: Sequence[float], share: float) -> float | None:
    if not ordered:
        return None
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000, 1)


class Client:
    """One: connects again from where it is, whenever its line has ended."""

    def __init__(self, url: str, token: str, crowd: Crowd) -> None:
        self._url = url
        self._token = token
        self._crowd = crowd
        self.seq = 0
        self.open = False
        self._heard = 0.0

    async def live(self) -> None:
        """For ever."""
        while True:
            try:
                await self._once()
            except (OSError, TimeoutError, websockets.WebSocketException) as fault:
                self._note(fault)
            if self.open:
                self.open = False
                self._crowd.seen.dropped += 1
            await asyncio.sleep(random.uniform(*_PAUSE))

    def _note(self, fault: Exception) -> None:
        seen = self._crowd.seen
        if not self.open:
            seen.refused += 1
        name = type(fault).__name__
        if isinstance(fault, websockets.ConnectionClosed) and fault.rcvd is not None:
            name = str(fault.rcvd.code)
        seen.ends[name] = seen.ends.get(name, 0) + 1

    async def _once(self) -> None:
        async with websockets.connect(
            self._url, proxy=None, compression=None, ping_interval=None, open_timeout=120
        ) as line:
            await line.send(json.dumps({"token": self._token, "after": self.seq}))
            self.open, self._heard = True, time.monotonic()
            async for frame in line:
                self._take(json.loads(frame).get("messages", []))

    def _take(self, messages: Sequence[dict[str, Any]]) -> None:
        now, seen = time.monotonic(), self._crowd.seen
        seen.longest_silence = round(max(seen.longest_silence, now - self._heard), 1)
        self._heard = now
        if not messages:
            seen.signs_of_life += 1
        for message in messages:
            if message["seq"] <= self.seq:
                seen.twice += 1
            elif message["seq"] != self.seq + 1:
                seen.out_of_order += 1
            self.seq = max(self.seq, message["seq"])
            seen.received += 1
            seen.latencies.append(now - float(message["text"].rpartition(" ")[2]))


class Crowd:
    """All of them."""

    def __init__(self, url: str, tokens: Sequence[str]) -> None:
        self.seen = Seen()
        self._clients = [Client(url, token, self) for token in tokens]
        self._living: list[asyncio.Task[None]] = []

    async def open(self) -> dict[str, Any]:
        """All at the same instant."""
        began = time.monotonic()
        self._living = [asyncio.create_task(client.live()) for client in self._clients]
        await self._until(lambda client: client.open)
        return {"open": self._count_open(), "seconds": round(time.monotonic() - began, 1)}

    async def expect(self, count: int) -> dict[str, Any]:
        """Waits, as long as there is hope, until everybody has so many messages."""
        await self._until(lambda client: client.open and client.seq >= count)
        lost = sum(count - client.seq for client in self._clients)
        found = {"lost": lost, "open": self._count_open(), **self.seen.report()}
        self.seen = Seen()
        return found

    def close(self) -> None:
        """Ends it."""
        for task in self._living:
            task.cancel()

    def _count_open(self) -> int:
        return sum(client.open for client in self._clients)

    async def _until(self, holds: Any) -> None:  # noqa: ANN401 - a condition on a client
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                while not all(holds(client) for client in self._clients):  # noqa: ASYNC110 - a look is enough
                    await asyncio.sleep(0.05)


async def main(address: str, file: Path) -> None:
    """Does what it is told, until there is nobody who tells."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 65536)), hard))
    tokens = await asyncio.to_thread(file.read_text, encoding="ascii")
    crowd = Crowd(address.replace("http", "ws", 1) + "/chat/socket", tokens.split())
    while command := (await asyncio.to_thread(sys.stdin.readline)).split():
        answer = await (crowd.open() if command[0] == "open" else crowd.expect(int(command[1])))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    crowd.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
