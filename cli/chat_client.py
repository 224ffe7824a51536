"""The HTTP side of `fairwell chat`: one session, messages sent safely again until they are answered."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from typing import Any

import httpx

from cli.faults import CommandError

#: A message as the API returns it.
Message = dict[str, Any]

#: Seconds: the server answers within 10, or with 202; then it is asked again this often, for this long.
_TIMEOUT, _ASK_EVERY, _PATIENCE = 20, 1.0, 60.0
_LONGEST_PAUSE = 60


class ChatClient:
    """One chat session with the app at `url`."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        # A loopback address is never a proxy's business.
        self._http = httpx.Client(base_url=self._url, timeout=_TIMEOUT, trust_env=False)
        self._seen = 0

    def open(self, identity: str | None, locale: str) -> None:
        """Opens the session. Raises `CommandError` when nothing answers, or the identity is refused."""
        body = {"locale": locale} | ({"identity": identity} if identity is not None else {})
        answer = self._call("POST", "/chat/sessions", json=body)
        self._http.headers["Authorization"] = f"Bearer {answer.json()['session']}"

    def write(self, text: str) -> Sequence[Message] | None:
        """Sends a text; returns the new messages, or None when nobody has answered within a minute."""
        return self._send({"text": text})

    def press(self, token: str) -> Sequence[Message] | None:
        """Presses a button; returns as `write` does."""
        return self._send({"button": token})

    def news(self) -> list[Message]:
        """What bot and staff have said since the last look."""
        messages = self._call("GET", "/chat/messages", params={"after": self._seen}).json()["messages"]
        self._seen = max([self._seen, *(message["seq"] for message in messages)])
        return [message for message in messages if message["from"] != "customer"]

    def _send(self, content: dict[str, str]) -> Sequence[Message] | None:
        # The same id again is the same message: whatever happens on the way, it acts once.
        body = {"id": str(uuid.uuid4())} | content
        deadline = time.monotonic() + _PATIENCE
        answer = self._call("POST", "/chat/messages", json=body)
        while answer.status_code == httpx.codes.ACCEPTED:
            news = self.news()
            if news:
                return news  # staff, or the answer just now
            if time.monotonic() > deadline:
                return None
            time.sleep(_ASK_EVERY)
            answer = self._call("POST", "/chat/messages", json=body)
        replies: list[Message] = answer.json()["replies"]
        news = self.news()
        fresh = {message["seq"] for message in news}
        # A repeated press is answered with messages that were shown before.
        earlier = [reply for reply in replies if reply["seq"] not in fresh]
        return sorted([*earlier, *news], key=lambda message: int(message["seq"]))

    def _call(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, path, **arguments)
        except httpx.TransportError as fault:
            raise CommandError(f"nothing answers at {self._url}; start it with: make run") from fault
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            time.sleep(min(_retry_after(answer), _LONGEST_PAUSE))
            return self._call(method, path, **arguments)
        if answer.is_error:
            raise CommandError(f"{self._url} refused: {_reason(answer)}")
        return answer


def _retry_after(answer: httpx.Response) -> int:
    given = answer.headers.get("Retry-After", "")
    return int(given) if given.isdigit() else 5


def _reason(answer: httpx.Response) -> str:
    try:
        error = answer.json()["error"]
        return f"{error['message']} ({error['code']})"
    except (ValueError, KeyError, TypeError):
        return f"status {answer.status_code}"
