"""A customer at the HTTP channel, as patient and as stubborn as a website's script."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import httpx

from tests.e2e.waiting import always, wait_until

#: Seconds within which every message is answered, a restart included.
ANSWERED_WITHIN = 90


@dataclass(frozen=True, slots=True)
class Reply:
    """One message of the bot."""

    seq: int
    kind: str
    text: str
    buttons: Mapping[str, str]  # name → token
    receipt: Mapping[str, Any] | None


class Chat:
    """One session. Messages are sent again, under the same id, until they are answered.

    While it is not `calm`, because processes are being killed, there is no telling how long that takes.
    """

    def __init__(self, url: str, identity: str | None = None, calm: Callable[[], bool] = always) -> None:
        self._calm = calm
        self.http = httpx.Client(base_url=url, timeout=20, trust_env=False)
        body = {"identity": identity} if identity is not None else {}
        opened = self.http.post("/chat/sessions", json=body)
        assert opened.status_code == httpx.codes.CREATED, opened.text
        self.conversation = str(opened.json()["conversation"])
        self.http.headers["Authorization"] = f"Bearer {opened.json()['session']}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def say(self, text: str) -> list[Reply]:
        """Writes, and returns the answer."""
        return self.send({"id": str(uuid.uuid4()), "text": text})

    def press(self, token: str) -> list[Reply]:
        """Presses a button, and returns the answer."""
        return self.send({"id": str(uuid.uuid4()), "button": token})

    def send(self, body: Mapping[str, str]) -> list[Reply]:
        """Sends until answered, whatever happens to the server meanwhile."""
        found = wait_until(
            lambda: self._attempt(body), ANSWERED_WITHIN, f"an answer to {body}", 0.25, self._calm
        )
        return replies(found)

    def post(self, body: Mapping[str, str]) -> httpx.Response:
        """One attempt, whatever comes of it."""
        return self.http.post("/chat/messages", json=body)

    def history(self) -> list[dict[str, Any]]:
        """Every message of the conversation."""
        answer = self.http.get("/chat/messages", params={"after": 0})
        assert answer.status_code == httpx.codes.OK, answer.text
        return list(answer.json()["messages"])

    def _attempt(self, body: Mapping[str, str]) -> list[Mapping[str, Any]]:
        try:
            answer = self.post(body)
        except httpx.TransportError:
            return []
        if (
            answer.status_code in {httpx.codes.ACCEPTED, httpx.codes.TOO_MANY_REQUESTS}
            or answer.is_server_error
        ):
            return []
        assert answer.status_code == httpx.codes.OK, f"{body}: {answer.status_code} {answer.text}"
        return list(answer.json()["replies"])


def replies(found: Sequence[Mapping[str, Any]]) -> list[Reply]:
    """The replies of an answer."""
    return [
        Reply(
            seq=item["seq"],
            kind=item["kind"],
            text=item["text"],
            buttons={button["name"]: button["token"] for button in item.get("buttons") or []},
            receipt=item.get("receipt"),
        )
        for item in found
    ]


def kinds(answer: Sequence[Reply]) -> list[str]:
    """What an answer consists of."""
    return [reply.kind for reply in answer]
