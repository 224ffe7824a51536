"""`fairwell mail`, and mail among what was not delivered. With a real server: tests/integration/mail."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.outbox import Job
from bot.mail.file import list_mail
from bot.settings import Settings
from cli import mail_checks
from tests.unit.cli.installation import Installation

AT = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)


def dead(installation: Installation, *ids: str) -> None:
    """Mail that was given up."""
    with installation.deps.store.begin() as work:
        for name in ids:
            payload = {"to": "gone@example.com", "locale": "en", "template": "mail_test"}
            work.outbox.add(Job(name, "mail", f"key of {name}", payload, AT))
            work.outbox.give_up(name, "the mail server answered RCPT with 550 5.1.1")
        work.commit()


def test_a_mail_to_see_whether_mail_arrives(installation: Installation, tmp_path: Path) -> None:
    """Sent at once, in the language asked for; each time a new one."""
    for _ in range(2):
        done = installation.run("mail", "test", "me@example.com", "--language", "de")
        assert (done.code, done.lines) == (0, [f"Handed to {tmp_path / 'mail'}."])
    first, second = list_mail(tmp_path)
    assert (first.to, first.subject) == ("me@example.com", "E-Mails von Lantern Notes kommen an")
    assert first.id != second.id


def test_a_mail_to_what_is_no_address(installation: Installation, tmp_path: Path) -> None:
    """One line, and nothing is sent."""
    assert installation.run("mail", "test", "me").fault == (1, "'me' is not a mail address")
    assert list_mail(tmp_path) == ()


def test_doctor_says_that_mail_goes_to_files(tmp_path: Path) -> None:
    """As long as no server is set, which may be meant; nothing is made by looking."""
    (finding,) = mail_checks.mail(Settings(home=tmp_path / "new"))
    assert (finding.state, finding.topic) == ("off", "mail")
    assert finding.text == f"not sent, but written to {tmp_path}/new/mail; set FAIRWELL_SMTP_HOST to send it"
    assert not (tmp_path / "new").exists()


def test_mail_that_was_given_up_is_listed(installation: Installation) -> None:
    """Beside messages; with why, and without the address."""
    dead(installation, "j_1")
    done = installation.run("deliveries")
    assert [re.split(" {2,}", line) for line in done.lines] == [
        ["id", "channel", "state", "tries", "since", "why"],
        ["j_1", "mail", "dead", "0", "2026-11-23 00:30", "the mail server answered RCPT with 550 5.1.1"],
    ]
    assert "gone@example.com" not in done.out


@pytest.mark.parametrize(("arguments", "left"), [(["j_1"], {"j_2"}), (["--all"], set())])
def test_mail_that_was_given_up_is_tried_again(
    installation: Installation, arguments: list[str], left: set[str]
) -> None:
    """One, or every."""
    dead(installation, "j_1", "j_2")
    done = installation.run("deliveries", "resend", *arguments)
    assert (done.code, done.lines) == (0, [f"{2 - len(left)} back on their way."])
    with installation.deps.store.begin() as work:
        assert {job.id for job in work.outbox.given_up()} == left


def test_mail_that_was_not_given_up_is_left_alone(installation: Installation) -> None:
    """One line that says why."""
    assert installation.run("deliveries", "resend", "j_9").fault == (1, "no job j_9 was given up")
