"""Writes mail to files, for installations that try Fairwell out, and reads it back for the demo page."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTPUTF8
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from bot.mail.message import Sender, compose, plain_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.domain.letters import Letter
    from bot.ports import Clock

#: What the demo page shows at most.
MOST_SHOWN = 50
_TIME_LENGTH = len("20261122T193000.123456Z")


@dataclass(frozen=True, slots=True)
class MailView:
    """A mail as written. `id` is its message id (or that one's digest), `at` the time it was written, UTC."""

    id: str
    to: str
    subject: str
    text: str
    at: datetime


class FileMailer:
    """Writes each mail to `HOME/mail/<time>-<message id>.eml`, readable by its owner only.

    The same `message_id` again writes nothing: it is the same mail.
    """

    def __init__(self, home: Path, clock: Clock, sender: Sender) -> None:
        self._directory = home / "mail"
        self._clock = clock
        self._sender = sender

    def send(self, *, to: str, letter: Letter, message_id: str) -> None:
        """Writes one mail. Raises `MailRefusedError`."""
        now = self._clock.now()
        mail = compose(letter, sender=self._sender, to=to, message_id=message_id, at=now, readable=True)
        name = plain_id(message_id)
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        # What stands for the time has a fixed length, so that `b` does not find the file of `a-b`.
        if next(self._directory.glob(f"{'?' * _TIME_LENGTH}-{name}.eml"), None) is not None:
            return
        # Jobs run under a lease, so two writers of one mail are not to be expected; a crash half-way is.
        path = self._directory / f"{now.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}-{name}.eml"
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(mail)
        draft.replace(path)


def list_mail(home: Path) -> tuple[MailView, ...]:
    """The mail written last, newest first, at most 50."""
    return tuple(_newest(home / "mail"))


def _newest(directory: Path) -> Iterator[MailView]:
    # File names begin with the time, so that their order is the order of writing.
    for path in sorted(directory.glob("[0-9]*-*.eml"), reverse=True)[:MOST_SHOWN]:
        mail = BytesParser(EmailMessage, policy=SMTPUTF8).parsebytes(path.read_bytes())
        body = mail.get_body(("plain",))
        yield MailView(
            id=path.stem[_TIME_LENGTH + 1 :],
            to=str(mail["To"]),
            subject=str(mail["Subject"]),
            text=body.get_content().replace("\r\n", "\n") if body else "",
            at=parsedate_to_datetime(str(mail["Date"])).astimezone(UTC),
        )
