from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.conversations import Author, Conversation, Message, ReplyKind
from bot.domain.identities import ProofSource, proof_of
from bot.services import cases, identity
from tests.unit.cli.installation import Installation

AT = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)


def talk(
    installation: Installation, name: str, channel: str, *texts: str, customer: str | None = None
) -> None:
    """A conversation of a customer, or of nobody: the bot answers each text."""
    with installation.deps.store.begin() as work:
        work.conversations.put(Conversation(name, channel, name, "en", AT, AT))
        for number, text in enumerate(texts):
            at = AT + timedelta(minutes=number)
            work.messages.add(Message(name, 0, Author.CUSTOMER, ReplyKind.TEXT, text, at))
            work.messages.add(Message(name, 0, Author.BOT, ReplyKind.TEXT, f"Answer to {text}.", at))
        if customer is not None:
            now = installation.deps.clock.now()
            identity.prove(work, proof_of(name, customer, ProofSource.EMAIL_CODE, now))
        work.commit()


def opened(installation: Installation, name: str) -> str:
    """A case in a conversation."""
    with installation.deps.store.begin() as work:
        case = cases.open_for(installation.deps, work, name, "talk_to_human")
        work.commit()
    return case.id


def test_a_case_is_shown_with_all_that_was_said(installation: Installation) -> None:
    """Its own chat first, then the customer's other ones; who said what, when, in the company's time."""
    talk(installation, "c_1", "web", "one", customer="demo-solo")
    talk(installation, "c_2", "telegram", "two", "three", customer="demo-solo")
    talk(installation, "c_3", "telegram", "of another customer", customer="demo-multi")
    case_id = opened(installation, "c_1")
    cases.reply(installation.deps, case_id, "Hello, this is Kim.")
    done = installation.run("cases", "show", case_id)
    assert done.code == 0
    lines = done.lines
    assert lines.pop(5).endswith("staff     Hello, this is Kim.")
    assert lines == [
        f"{case_id}  accepted  talk_to_human  demo-solo",
        "",
        "web  c_1",
        "2026-11-23 00:30  customer  one",
        "2026-11-23 00:30  bot       Answer to one.",
        "",
        "telegram  c_2",
        "2026-11-23 00:30  customer  two",
        "2026-11-23 00:30  bot       Answer to two.",
        "2026-11-23 00:31  customer  three",
        "2026-11-23 00:31  bot       Answer to three.",
    ]


def test_a_strangers_case(installation: Installation) -> None:
    """Nobody verified: their own chat, and nothing else."""
    talk(installation, "c_1", "web", "hello")
    talk(installation, "c_2", "telegram", "hello", customer="demo-solo")
    case_id = opened(installation, "c_1")
    done = installation.run("cases", "show", case_id)
    assert done.lines[0] == f"{case_id}  open  talk_to_human  nobody verified"
    assert len(done.lines) == 5


def test_a_closed_case_can_be_shown(installation: Installation) -> None:
    """With what came of it."""
    talk(installation, "c_1", "telegram", "hello")
    case_id = opened(installation, "c_1")
    cases.reply(installation.deps, case_id, "Hello, this is Kim.")
    assert installation.run("cases", "close", case_id).code == 0
    done = installation.run("cases", "show", case_id)
    assert done.lines[0].startswith(f"{case_id}  closed")
    assert any("Hello, this is Kim." in line for line in done.lines)
    assert "  bot  " in done.lines[-1]


def test_a_case_that_is_not_there(installation: Installation) -> None:
    """One line."""
    code, line = installation.run("cases", "show", "C-0000-0000").fault
    assert code == 1
    assert "C-0000-0000" in line
