from __future__ import annotations

import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import MailRefusedError
from bot.mail.file import MOST_SHOWN, FileMailer, list_mail
from bot.mail.message import Sender
from tests.fixtures import builders
from tests.unit.crypto.support import SetClock

AT = datetime(2026, 11, 30, 14, 2, 5, tzinfo=UTC)
TEXT = "Open https://example.com/receipts/R-1?key=a=b"


@pytest.fixture
def clock() -> SetClock:
    """A clock to set."""
    return SetClock(AT)


@pytest.fixture
def mailer(tmp_path: Path, clock: SetClock) -> FileMailer:
    """A mailer that writes below `tmp_path`."""
    return FileMailer(tmp_path, clock, Sender("Lantern Notes"))


def _files(home: Path) -> list[Path]:
    return sorted((home / "mail").iterdir()) if (home / "mail").exists() else []


def _send(
    mailer: FileMailer, message_id: str = "m_1", to: str = "demo-solo@example.com", **changed: Any
) -> None:
    letter = builders.letter(paragraphs=(TEXT,))
    mailer.send(to=to, letter=replace(letter, **changed), message_id=message_id)


def test_a_mail_is_one_file_that_only_its_owner_may_read(mailer: FileMailer, tmp_path: Path) -> None:
    """Named by time and message id; readable by any mail program, and as it lies there."""
    _send(mailer)
    (path,) = _files(tmp_path)
    assert path.name == "20261130T140205.000000Z-m_1.eml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    mail = BytesParser(EmailMessage, policy=default).parsebytes(path.read_bytes())
    assert mail["To"] == "demo-solo@example.com"
    assert mail["From"] == "Lantern Notes <no-reply@fairwell.invalid>"
    assert mail["Subject"] == "Your code"
    assert b"https://example.com/receipts/R-1?key=a=b\r\n" in path.read_bytes()


def test_the_same_message_again_is_the_same_mail(mailer: FileMailer, clock: SetClock, tmp_path: Path) -> None:
    """A job that is repeated after a crash sends nothing twice, even later and with another text."""
    _send(mailer)
    clock.at += timedelta(minutes=5)
    _send(mailer, paragraphs=("changed",))
    (mail,) = list_mail(tmp_path)
    assert TEXT in mail.text


def test_ids_that_end_alike_are_two_mails(mailer: FileMailer, tmp_path: Path) -> None:
    """`b` is not `a-b`."""
    _send(mailer, "a-b")
    _send(mailer, "b")
    assert {mail.id for mail in list_mail(tmp_path)} == {"a-b", "b"}


def test_ids_that_are_no_file_names_still_are_ids(mailer: FileMailer, tmp_path: Path) -> None:
    """Nothing is written outside the folder, no header is forged, and the same id still is the same mail."""
    odd = ("../../etc/passwd", "receipt:R-1@x", "*", "?" * 200, "", "a\r\nBcc: b@example.com", "a>b", "ü")
    for message_id in odd * 2:
        _send(mailer, message_id)
    assert len(_files(tmp_path)) == len({mail.id for mail in list_mail(tmp_path)}) == len(odd)


def test_what_is_refused_leaves_no_file(mailer: FileMailer, tmp_path: Path) -> None:
    """Not even half of one."""
    with pytest.raises(MailRefusedError):
        _send(mailer, subject="Hello\r\nBcc: b@example.com")
    with pytest.raises(MailRefusedError):
        _send(mailer, to="a@example.com\nBcc: b@example.com")
    assert _files(tmp_path) == []


def test_addresses_and_texts_of_all_languages_are_read_back(mailer: FileMailer, tmp_path: Path) -> None:
    """As do long lines and signs that mean something in mailboxes."""
    text = "Grüße\n.\nFrom here\n" + "x" * 900
    _send(mailer, to="jürgen@müller.example", subject="Ihre Kündigung – Pro", paragraphs=(text,))
    (mail,) = list_mail(tmp_path)
    assert (mail.to, mail.subject) == ("jürgen@müller.example", "Ihre Kündigung – Pro")
    assert text in mail.text


def test_the_newest_mail_is_listed_first_and_at_most_fifty(
    mailer: FileMailer, clock: SetClock, tmp_path: Path
) -> None:
    """With the time it was written; drafts of a crash and other files are passed over."""
    for number in range(MOST_SHOWN + 5):
        clock.at = AT + timedelta(seconds=number)
        _send(mailer, f"m_{number}", subject=f"Mail {number}")
    (tmp_path / "mail" / ".20991130T140205.000000Z-m_x.eml.0a").write_text("half a ma")
    (tmp_path / "mail" / "notes.txt").write_text("not mail")
    listed = list_mail(tmp_path)
    assert len(listed) == MOST_SHOWN
    assert listed[0].id == f"m_{MOST_SHOWN + 4}"
    assert listed[0].at == AT + timedelta(seconds=MOST_SHOWN + 4)
    assert [mail.at for mail in listed] == sorted((mail.at for mail in listed), reverse=True)


def test_where_no_mail_was_written_none_is_listed(tmp_path: Path) -> None:
    """Before the first mail there is not even a folder."""
    assert list_mail(tmp_path) == ()


def test_mail_without_a_plain_part_is_listed_without_text(tmp_path: Path) -> None:
    """Somebody may have put a file of another program there."""
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "20261130T140205.000000Z-x.eml").write_bytes(
        b"Date: Mon, 30 Nov 2026 15:02:05 +0100\r\nTo: a@b.de\r\nSubject: S\r\n"
        b"Content-Type: text/html\r\n\r\n<p>hi</p>\r\n"
    )
    (mail,) = list_mail(tmp_path)
    assert (mail.id, mail.text, mail.at) == ("x", "", AT)
