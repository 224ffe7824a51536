"""What a text would come to: the app's own way of a message, in a system of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings
from cli.rehearsal import Decision, Rehearsal, Rehearsed


@pytest.fixture
def rehearsal(tmp_path: Path) -> Iterator[Rehearsal]:
    """On an empty folder."""
    with Rehearsal(Settings(home=tmp_path / "not used"), tmp_path) as made:
        yield made


def parsed(intent: str, **more: Any) -> dict[str, Any]:
    """What the model says."""
    known = {"name": intent, "confidence": 0.9}
    return {"intent": known, "ranking": [known], "decision": "clear", **more}


def tried(rehearsal: Rehearsal, text: str, intent: str, **more: Any) -> Rehearsed:
    """A text that the model understands as `intent`."""
    return rehearsal.carry_out(rehearsal.prepare(text), parsed(intent, **more))


@pytest.mark.parametrize(
    ("intent", "decision"),
    [
        ("cancel", Decision.CANCEL),
        ("nlu_fallback", Decision.CLARIFY),
        ("ask_how_to_cancel", Decision.CLARIFY),
        ("undo_cancel", Decision.UNDO),
        ("talk_to_human", Decision.HANDOFF),
        ("distress", Decision.HANDOFF),
        ("cancel_other", Decision.HANDOFF),
        ("resend_receipt", Decision.CLARIFY),  # there is none, and what one could do about it is shown
        ("bot_challenge", Decision.ANSWER),
        ("greet", Decision.OTHER),
        ("deny", Decision.OTHER),
    ],
)
def test_what_a_text_comes_to(rehearsal: Rehearsal, intent: str, decision: Decision) -> None:
    """Read off the ledger and the reply: an operation, [Cancel now], a case, an answer."""
    assert tried(rehearsal, "some words", intent).decision is decision


def test_a_cancellation_is_real_and_nobody_elses(rehearsal: Rehearsal) -> None:
    """One text's cancellation leaves the next one a plan to cancel."""
    first, second = (tried(rehearsal, "cancel my Pro plan", "cancel") for _ in range(2))
    assert (first.decision, second.decision) == (Decision.CANCEL, Decision.CANCEL)
    assert (first.plan, first.language) == ("Pro", "en")


@pytest.mark.parametrize("text", ["", " \u200b ", "/cancel", "\u200b/cancel{}", "long " * 1000])
def test_what_is_never_read_is_asked_about(rehearsal: Rehearsal, text: str) -> None:
    """Empty, a command, more than anybody reads: the model is not asked, the customer is."""
    attempt = rehearsal.prepare(text)
    assert attempt.prepared.text is None
    result = rehearsal.carry_out(attempt, None)
    assert (result.decision, result.intent, result.why) == (Decision.CLARIFY, "nlu_fallback", "unread")


def test_the_model_sees_what_rasa_would_see(rehearsal: Rehearsal) -> None:
    """Normalised, and without secrets."""
    attempt = rehearsal.prepare(" it is\tnora@example.com,\n code 123456 ")
    assert attempt.prepared.text == "it is [email], code [code]"


def test_reasons_are_handed_on(rehearsal: Rehearsal) -> None:
    """As the model names them."""
    result = tried(rehearsal, "too expensive, cancel", "cancel", reasons=["too_expensive"])
    assert result.reasons == ("too_expensive",)
    assert result.ranking == (("cancel", 0.9),)


def test_a_day_is_named_as_the_cancelling_reads_it(rehearsal: Rehearsal) -> None:
    """A day, a stretch of days, or none."""
    assert tried(rehearsal, "cancel on 31 March 2099", "greet").date == "2099-03-31"
    assert tried(rehearsal, "cancel in June 2099", "greet").date == "2099-06-01/2099-06-30"
    assert tried(rehearsal, "cancel", "cancel").date is None
    assert tried(rehearsal, "cancel at the end of the month", "cancel").date is not None


def test_an_action_that_fails_ends_with_a_person(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a conversation, where a turn that fails again and again opens a case; the next text goes on."""

    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    with monkeypatch.context() as breaking:
        breaking.setattr("bot.services.cancel.handle", broken)
        result = tried(rehearsal, "cancel", "cancel")
    assert (result.decision, result.why) == (Decision.HANDOFF, "failed")
    assert tried(rehearsal, "cancel", "cancel").decision is Decision.CANCEL


def test_the_installation_is_left_alone(tmp_path: Path) -> None:
    """Nothing is made in FAIRWELL_HOME, whatever its settings say."""
    settings = Settings(home=tmp_path / "home", database_url=f"sqlite:///{tmp_path}/home/real.db")
    with Rehearsal(settings, tmp_path / "mine") as rehearsal:
        tried(rehearsal, "cancel", "cancel")
    assert not (tmp_path / "home").exists()
