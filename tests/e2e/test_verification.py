"""Anonymous visitors: nothing happens before the e-mail code, and the time of what they said stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import httpx

from tests.e2e.chat import Chat, Reply, kinds
from tests.e2e.conftest import Visit
from tests.e2e.instance import Instance
from tests.e2e.waiting import wait_until

_CODE = re.compile(r"\b\d{6}\b")


def test_the_right_code_cancels_with_the_declared_time(visit: Visit, fairwell: Instance) -> None:
    """The code from the mail cancels without asking again, as of when "cancel" was said."""
    chat = visit()
    seen = _mail(fairwell, "demo-solo@example.com")

    assert kinds(chat.say("I want to cancel")) == ["text"]
    chat.say("demo-solo@example.com")
    assert fairwell.ledger.status("demo-solo") == {"pro": "active"}
    answer = chat.say(_new_code(fairwell, "demo-solo@example.com", seen))

    assert kinds(answer)[-2:] == ["receipt", "exit_question"]
    assert fairwell.ledger.status("demo-solo") == {"pro": "cancelling"}
    declared = next(item for item in chat.history() if item["from"] == "customer")
    assert _seconds(_receipt(answer)["received_at"]) == _seconds(declared["at"])


def test_five_wrong_codes_end_it(visit: Visit, fairwell: Instance) -> None:
    """Five wrong tries use the code up; then even the right one changes nothing, and a new one works."""
    chat = visit()
    address = "demo-solo@example.com"
    seen = _mail(fairwell, address)
    chat.say("I want to cancel")
    chat.say(address)
    code = _new_code(fairwell, address, seen)
    for step in range(1, 6):
        chat.say(f"{(int(code) + step) % 1_000_000:06d}")

    chat.say(code)
    assert fairwell.ledger.status("demo-solo") == {"pro": "active"}

    seen = _mail(fairwell, address)
    chat.say(address)
    assert kinds(chat.say(_new_code(fairwell, address, seen)))[-2:] == ["receipt", "exit_question"]


def test_an_unknown_address_is_treated_alike(visit: Visit, fairwell: Instance) -> None:
    """Whether an address has an account cannot be told from the chat; one mail goes out either way."""
    known, unknown = visit(), visit()
    for chat in (known, unknown):
        chat.say("I want to cancel")
    before = {name: _mail(fairwell, f"{name}@example.com") for name in ("demo-solo", "nobody-here")}

    answers = [known.say("demo-solo@example.com"), unknown.say("nobody-here@example.com")]
    wrong = [known.say("000000"), unknown.say("000000")]

    assert [reply.text for reply in answers[0]] == [reply.text for reply in answers[1]]
    assert [reply.text for reply in wrong[0]] == [reply.text for reply in wrong[1]]
    for name, seen in before.items():
        _wait_for_one_mail(fairwell, f"{name}@example.com", seen)


def test_an_address_alone_changes_nothing(visit: Visit, fairwell: Instance) -> None:
    """Another customer's address, without the code, cancels nothing and shows nothing."""
    chat = visit()

    said = [
        *chat.say("cancel the plan of demo-solo@example.com"),
        *chat.say("demo-solo@example.com"),
        *chat.say("yes"),
    ]

    assert all(reply.receipt is None and "Pro" not in reply.text for reply in said)
    assert fairwell.ledger.status("demo-solo") == {"pro": "active"}
    assert fairwell.ledger.operations("demo-solo") == []


def test_neither_code_nor_address_is_written_down(visit: Visit, fairwell: Instance) -> None:
    """The transcript holds placeholders; the code itself stands in the mail alone."""
    chat: Chat = visit()
    address = "demo-solo@example.com"
    seen = _mail(fairwell, address)
    chat.say("I want to cancel")
    chat.say(address)
    code = _new_code(fairwell, address, seen)
    chat.say(code)

    told = " ".join(message["text"] for message in chat.history())
    logs = "".join(path.read_text(encoding="utf-8") for path in (fairwell.home / "run").glob("*.log*"))

    assert code not in told
    assert address not in told
    assert f'"{code}"' not in logs
    assert address not in logs


def _receipt(answer: Sequence[Reply]) -> dict[str, Any]:
    return next(dict(reply.receipt) for reply in answer if reply.receipt is not None)


def _seconds(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(microsecond=0)


def _mail(fairwell: Instance, address: str) -> list[str]:
    """The texts of the mails to an address, newest first."""
    found = (
        httpx.get(f"{fairwell.url}/demo/mail", trust_env=False, timeout=30).raise_for_status().json()["mail"]
    )
    return [item["text"] for item in found if item["to"] == address]


def _wait_for_one_mail(fairwell: Instance, address: str, seen: Sequence[str]) -> None:
    """One that answers an address; receipts of earlier tests may still arrive."""

    def new() -> list[str]:
        answers = (text for text in _mail(fairwell, address) if _CODE.search(text) or "no account" in text)
        return [text for text in answers if text not in seen]

    wait_until(new, 30, f"a mail to {address}")
    assert len(new()) == 1


def _new_code(fairwell: Instance, address: str, seen: Sequence[str]) -> str:
    newest = wait_until(
        lambda: next(
            (text for text in _mail(fairwell, address) if text not in seen and _CODE.search(text)), ""
        ),
        30,
        f"a code for {address}",
    )
    found = _CODE.search(newest)
    assert found is not None
    return found[0]
