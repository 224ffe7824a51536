from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.conversations import Author, Conversation, Message, ReplyKind
from cli import manners
from cli.places import ROOT
from tests.unit.cli.installation import Installation

AT = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)


def said(installation: Installation, text: str) -> None:
    """A conversation, c_1, in which the bot says one thing."""
    with installation.deps.store.begin() as work:
        work.conversations.put(Conversation("c_1", "web", "c_1", "en", AT, AT))
        work.messages.add(Message("c_1", 0, Author.BOT, ReplyKind.TEXT, text, AT))
        work.commit()


def test_our_own_words_and_rules_pass(installation: Installation) -> None:
    """Exit code 0, and how much was looked at."""
    done = installation.run("manners")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("No dark patterns in ")
    assert installation.run("manners", "--json").out.strip() == "[]"


def test_a_stored_conversation_is_judged(installation: Installation) -> None:
    """Exit code 1 with the message, the rule, the words, why, and the law."""
    said(installation, "Hurry, this is your last chance.")
    done = installation.run("manners", "c_1")
    assert done.code == 1
    assert done.lines[0] == "message 1"
    assert done.lines[1] == "  urgency: hurry"
    assert done.lines[-1] == "1 finding in conversation c_1."
    (row,) = json.loads(installation.run("manners", "c_1", "--json").out)
    assert (row["where"], row["rule"], row["words"]) == ("message 1", "urgency", "hurry")
    assert "India" in row["law"]


def test_a_conversation_with_good_manners_passes(installation: Installation) -> None:
    """Exit code 0."""
    said(installation, "Your plan goes on as before.")
    assert installation.run("manners", "c_1").lines == ["No dark patterns in conversation c_1."]


def test_an_unknown_conversation_is_one_line(installation: Installation) -> None:
    """It cannot be judged."""
    assert installation.run("manners", "c_9").fault == (1, "there is no conversation c_9")


def test_a_language_without_word_list_is_said(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its texts are judged by their marks only, and the command says so."""
    data = tmp_path / "checkout" / "data"
    for folder in ("responses", "rules", "manners"):
        (data / folder).mkdir(parents=True)
    (data / "manners" / "en.toml").write_bytes((ROOT / "data" / "manners" / "en.toml").read_bytes())
    (data / "manners" / "product.yml").write_text(
        "manners: {before: [], confirmations: [], exit_question: x, together: {}}"
    )
    (data / "responses" / "a.yml").write_text("messages: {x: {en: We will miss you., fr: Adieu.}}")
    monkeypatch.setattr(manners, "ROOT", data.parent)
    done = installation.run("manners")
    assert done.code == 1
    assert done.err.strip() == "No word list for fr: write data/manners/fr.toml"
    assert done.lines[0] == "a.yml: x (en)"
    assert done.lines[-1] == "1 finding in 2 texts and 0 rules."
