"""A letter as a mail: headers, plain text, HTML and attachments (RFC 5322, 2045 to 2049, 6532)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from bot.domain.customers import is_email
from bot.domain.errors import MailRefusedError
from bot.domain.letters import Letter, as_text, one_line
from bot.mail.headers import address_field, text_field
from bot.mail.html import as_html

_PLAIN_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")

#: The sender of mail that goes nowhere: a domain that never exists (RFC 2606).
NOBODY = "no-reply@fairwell.invalid"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a mail is from, as customers see it, and where answers go (to the same address, if not set)."""

    name: str
    address: str = NOBODY
    reply_to: str | None = None

    @property
    def domain(self) -> str:
        """The domain of the address in ASCII; message ids are unique within it (RFC 5322, 3.6.4)."""
        return ascii_domain(self.address).rpartition("@")[2]


def compose(
    letter: Letter, *, sender: Sender, to: str, message_id: str, at: datetime, readable: bool = False
) -> bytes:
    """The mail; the same `message_id` gives the same Message-ID. `at` is when it is sent.

    It is of seven bits and short lines, so that any server carries it unchanged, but for the headers where an
    address is of another alphabet. A `readable` one is for files: as it is, in UTF-8. Raises
    `MailRefusedError` for what could forge a header.
    """
    given = _addresses(sender, to)
    if not readable:
        given = {name: ascii_domain(address) for name, address in given.items()}
    utf8 = readable or not all(address.isascii() for address in given.values())
    if not letter.subject or one_line(letter.subject) != letter.subject:
        raise MailRefusedError("a mail's subject holds control characters, or nothing, or too much")
    if not _LANGUAGE.fullmatch(letter.locale):
        raise MailRefusedError("a mail is in no language")
    head = [
        f"Message-ID: <{plain_id(message_id)}@{sender.domain}>\r\n",
        f"Date: {format_datetime(at.astimezone(UTC))}\r\n",
        address_field("From", given.pop("From"), one_line(sender.name), utf8=utf8),
        *(address_field(name, address, utf8=utf8) for name, address in given.items()),
        text_field("Subject", letter.subject, utf8=utf8),
        f"Content-Language: {letter.locale}\r\n",  # RFC 3282
        "Auto-Submitted: auto-generated\r\n",  # RFC 3834: no out-of-office replies to us
        "X-Auto-Response-Suppress: OOF, AutoReply\r\n",  # the same in the words of Exchange
    ]
    return "".join(head).encode() + _content(letter, "8bit" if readable else "quoted-printable")


def _addresses(sender: Sender, to: str) -> dict[str, str]:
    given = {"From": sender.address, "To": to}
    if sender.reply_to is not None:
        given["Reply-To"] = sender.reply_to
    if not all(is_email(address) and address.isprintable() for address in given.values()):
        raise MailRefusedError("a mail's address is not one address")
    return given


def _content(letter: Letter, encoding: str) -> bytes:
    """Text, HTML and files, with the headers that say so."""
    content = EmailMessage(policy=SMTP)
    content.set_content(as_text(letter), cte=encoding)
    content.add_alternative(as_html(letter), subtype="html", cte=encoding)
    for attachment in letter.attachments:
        if not _FILE_NAME.fullmatch(attachment.name):
            raise MailRefusedError("a mail's attachment has a name that is none")
        content.add_attachment(
            attachment.content,
            maintype="application",
            subtype=attachment.media_type,
            filename=attachment.name,
        )
    return content.as_bytes()


def ascii_domain(address: str) -> str:
    """The address with its domain as DNS has it (`xn--…`), where that is the same domain, else unchanged.

    Python knows the older IDNA 2003, by which `straße` is `strasse`, which may belong to somebody else.
    """
    user, _, domain = address.rpartition("@")
    try:
        encoded = domain.encode("idna")
        same = encoded.decode("idna") == domain
    except UnicodeError:
        return address
    return f"{user}@{encoded.decode('ascii')}" if same else address


def plain_id(message_id: str) -> str:
    """A message id as part of a header and of a file name; one with other characters becomes its digest."""
    if _PLAIN_ID.fullmatch(message_id):
        return message_id
    return hashlib.sha256(message_id.encode()).hexdigest()[:32]
