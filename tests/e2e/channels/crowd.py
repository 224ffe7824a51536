"""Two hundred people on three channels who talk while processes are killed, each as patient as a person."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

from tests.e2e.channels.dialogue import title
from tests.e2e.channels.transcripts import Transcripts
from tests.e2e.chat import ANSWERED_WITHIN
from tests.e2e.instance import Instance
from tests.e2e.waiting import wait_until
from tests.fixtures.slack.people import User as SlackUser
from tests.fixtures.telegram.stand_in import User as TelegramUser

#: What everybody says and does, one after the other: with the first word, ten messages each.
VISIT = (
    "I want to cancel", "[skip]", "did it work?", "[undo]",
    "hello", "thanks", "are you a bot?", "hello", "thanks",
)  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """One message as its reader has it; what it says before the receipt's address."""

    text: str
    buttons: Mapping[str, str]


class Visitor(Protocol):
    """One customer on one channel."""

    channel: str
    customer: str

    @property
    def address(self) -> str:
        """Theirs."""
        ...

    def arrive(self) -> None:
        """Makes themselves known; the first message."""
        ...

    def says(self, words: str) -> None:
        """Writes, until it has arrived."""
        ...

    def presses(self, token: str) -> None:
        """Presses, until it has arrived."""
        ...

    def read(self) -> list[Seen]:
        """Everything they were sent."""
        ...

    def texts(self) -> list[str]:
        """What it says."""
        ...


class _Reads:
    """Reads texts only."""

    def read(self) -> list[Seen]:
        """Everything they were sent."""
        raise NotImplementedError

    def texts(self) -> list[str]:
        """What it says."""
        return [item.text for item in self.read()]


@dataclass
class Telegrammer(_Reads):
    """Signs in by a link; updates that were not confirmed come again by themselves."""

    customer: str
    user: TelegramUser
    link: Callable[[str], str]
    channel: str = "telegram"

    @property
    def address(self) -> str:
        """The chat."""
        return str(self.user.id)

    def arrive(self) -> None:
        """Opens the link of the account page."""
        self.user.says(f"/start {self.link(self.customer)}")

    def says(self, words: str) -> None:
        """Writes."""
        self.user.says(words)

    def presses(self, token: str) -> None:
        """Presses."""
        self.user.presses(token)

    def read(self) -> list[Seen]:
        """The chat."""
        return [Seen(_facts(item.text), dict(item.buttons)) for item in self.user.received()]


@dataclass
class Slacker(_Reads):
    """Known by the workspace; who presses while nobody is there sees it, and presses again."""

    customer: str
    user: SlackUser
    channel: str = "slack"

    @property
    def address(self) -> str:
        """Workspace and user."""
        return f"{self.user.workspace.id}:{self.user.id}"

    def arrive(self) -> None:
        """Says hello."""
        self.user.says("hello")

    def says(self, words: str) -> None:
        """Writes."""
        self.user.says(words)

    def presses(self, token: str) -> None:
        """Presses, until Slack shows no warning."""
        wait_until(lambda: self.user.presses(token).wait(3.5), ANSWERED_WITHIN, "a press that arrives")

    def read(self) -> list[Seen]:
        """The direct messages."""
        # The plain text: in the blocks a pressed button is marked, here or there.
        return [Seen(_facts(item.text), dict(item.buttons)) for item in self.user.received()]


@dataclass
class Surfer(_Reads):
    """A visitor of the website: repeats what was not answered, with the same id."""

    customer: str
    instances: Sequence[Instance]
    channel: str = "web"
    address: str = ""
    _headers: dict[str, str] = field(default_factory=dict)
    _turn: int = 0

    def arrive(self) -> None:
        """Opens a session, and says hello."""
        opened = wait_until(self._open, ANSWERED_WITHIN, "a session", every=0.25)
        self.address = str(opened["conversation"])
        self._headers = {"Authorization": f"Bearer {opened['session']}"}
        self.says("hello")

    def says(self, words: str) -> None:
        """Writes."""
        self._post({"text": words})

    def presses(self, token: str) -> None:
        """Presses."""
        self._post({"button": token})

    def read(self) -> list[Seen]:
        """The history."""
        answer = wait_until(
            lambda: self._ask("GET", "/chat/messages", params={"after": "0"}), ANSWERED_WITHIN, "the history"
        )
        return [
            Seen(item["text"], {button["title"]: button["token"] for button in item["buttons"]})
            for item in answer.json()["messages"]
            if item["from"] != "customer"
        ]

    def _open(self) -> dict[str, str] | None:
        identity = self.instances[0].identity(self.customer)
        answer = self._ask("POST", "/chat/sessions", json={"identity": identity})
        return dict(answer.json()) if answer is not None and answer.status_code == 201 else None

    def _post(self, body: dict[str, str]) -> None:
        message = {"id": str(uuid.uuid4()), **body}

        def taken() -> bool:
            answer = self._ask("POST", "/chat/messages", json=message)
            return answer is not None and answer.status_code in {200, 202}

        wait_until(taken, ANSWERED_WITHIN, f"{body} to be taken in", every=0.25)

    def _ask(self, method: str, path: str, **how: Any) -> httpx.Response | None:
        self._turn += 1
        url = self.instances[self._turn % len(self.instances)].url
        try:
            return httpx.request(
                method, f"{url}{path}", headers=self._headers, timeout=20, trust_env=False, **how
            )
        except httpx.TransportError:
            return None


def visit(visitor: Visitor, transcripts: Transcripts) -> None:
    """One visit: each message waits for its answer, as people do."""
    visitor.arrive()
    for count, words in enumerate(VISIT, start=1):
        _settle(visitor, transcripts, count)
        _act(visitor, words)
    _settle(visitor, transcripts, len(VISIT) + 1)


def _act(visitor: Visitor, words: str) -> None:
    shown = {name: token for item in visitor.read() for name, token in item.buttons.items()}
    if words == "[skip]":
        # The question is sent at most once: where a kill came in between, nobody sees it.
        skip = shown.get(title("button_skip", "en"))
        if skip is None:
            visitor.says("rather not say")
        else:
            visitor.presses(skip)
    elif words == "[undo]":
        visitor.presses(shown[title("button_undo", "en")])
    else:
        visitor.says(words)


def _settle(visitor: Visitor, transcripts: Transcripts, messages: int) -> None:
    wait_until(
        lambda: transcripts.settled(visitor.channel, visitor.address, messages), ANSWERED_WITHIN * 3,
        f"message {messages} of {visitor.customer} on {visitor.channel} answered", every=0.25,
    )  # fmt: skip


_ADDRESS = re.compile(r"\s*(?:Open receipt: )?https?://\S+\s*$")


def _facts(words: str) -> str:
    """Without the line that a channel adds to say where the receipt is."""
    return _ADDRESS.sub("", words).strip()
