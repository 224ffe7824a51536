from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import MailRefusedError
from bot.domain.letters import LONGEST_SUBJECT, Attachment, Fact, Letter, Quote, one_line, visible
from bot.mail.message import Sender, ascii_domain, compose
from tests.fixtures import builders

AT = datetime(2026, 11, 30, 14, 2, 5, tzinfo=UTC)
SENDER = Sender("Lantern Notes", "leave@lantern.example", "help@lantern.example")
#: Every header there ever is.
HEADERS = [
    *("Message-ID", "Date", "From", "To", "Reply-To", "Subject", "Content-Language"),
    *("Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version", "Content-Type"),
]
#: What people type, and what nobody does: anything but halves of surrogate pairs, and then those as well.
ANY_TEXT = st.text(max_size=300)
NASTY = st.lists(
    st.sampled_from(
        [
            *("\r\n", "\n", "\r", "\0", "\u2028", "\x85", "\u202e", "\r\n.\r\n", "\ud800", "\U0001f642"),
            *("Bcc: b@evil.example", "=?utf-8?q?", "?=", "ä" * 40, "x" * 90, "<b>"),
            *(" ", "\t", '"', ";", ",", "@"),
        ]
    ),
    max_size=12,
).map("".join)


def _bytes(letter: Letter, *, readable: bool = False, to: str = "ada@example.com", **given_: Any) -> bytes:
    fields = {"sender": SENDER, "message_id": "j_1", "at": AT, "readable": readable, **given_}
    return compose(letter, to=to, **fields)


def _parsed(content: bytes) -> EmailMessage:
    mail = message_from_bytes(content, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_every_header_is_there_once() -> None:
    """Who, to whom, when, in which language; that a program sent it; one id for one job."""
    mail = _parsed(_bytes(builders.letter(locale="de")))
    assert mail.keys() == HEADERS
    assert mail["Message-ID"] == "<j_1@lantern.example>"
    assert mail["Date"].datetime == AT
    assert mail["From"] == "Lantern Notes <leave@lantern.example>"
    assert (mail["To"], mail["Reply-To"]) == ("ada@example.com", "help@lantern.example")
    assert (mail["Subject"], mail["Content-Language"]) == ("Your code", "de")
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-generated", "OOF, AutoReply")
    assert "Reply-To" not in _parsed(_bytes(builders.letter(), sender=Sender("L", "l@lantern.example")))


def test_plain_text_comes_first_and_attachments_last() -> None:
    """As RFC 2046 wants it: the richest of two alternatives is the last; a file is not one of them."""
    copy = Attachment("receipt-R-1.json", b'{"jws": "a.b.c"}')
    mail = _parsed(_bytes(builders.letter(attachments=(copy,))))
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == [
        *("multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/json")
    ]
    (file,) = mail.iter_attachments()
    assert (file.get_filename(), file.get_content()) == (copy.name, copy.content)


@pytest.mark.parametrize("name", ["", "../x.json", "a b.json", "a\r\nX: y", "ä.json", "x" * 101])
def test_the_name_of_an_attachment_is_a_plain_one(name: str) -> None:
    """It stands in a header, and becomes a file on somebody's disk."""
    with pytest.raises(MailRefusedError):
        _bytes(builders.letter(attachments=(Attachment(name, b"{}"),)))


@pytest.mark.parametrize(
    "to",
    [
        "a@example.com\r\nBcc: b@example.com",
        "a@example.com\n",
        "a@example.com, b@example.com",
        "A <a@example.com>",
        "a\x00@example.com",
        "a@exam\u200bple.com",
        f"{'a' * 65}@example.com",
        f"a@{'b' * 250}.com",
        "a@ex\u202eample.com",
        "",
        "nobody",
    ],
)
def test_an_address_is_one_address(to: str) -> None:
    """Line breaks, second addresses, marks that nobody sees, nothing at all: refused."""
    with pytest.raises(MailRefusedError):
        _bytes(builders.letter(), to=to)
    with pytest.raises(MailRefusedError):
        _bytes(builders.letter(), sender=Sender("L", "l@lantern.example", reply_to=to))


@pytest.mark.parametrize(
    "subject",
    [
        "Hello\r\nBcc: b@example.com",
        "Hello\n\nbody",
        "Hello\u2028Bcc: b@example.com",
        "Hello\x85X: y",
        "Hello\0",
        "Hel\u202elo",
        " ",
        "",
        "x" * (LONGEST_SUBJECT + 1),
    ],
)
def test_a_subject_is_one_line_of_visible_text(subject: str) -> None:
    """What is not is refused here, whoever wrote it."""
    with pytest.raises(MailRefusedError):
        _bytes(builders.letter(subject=subject))


@pytest.mark.parametrize("locale", ["", "en\r\nX: y", "english language", "d"])
def test_a_language_is_a_tag(locale: str) -> None:
    """It stands in a header as well."""
    with pytest.raises(MailRefusedError):
        _bytes(builders.letter(locale=locale))


@given(subject=st.one_of(ANY_TEXT, NASTY), company=st.one_of(ANY_TEXT, NASTY), readable=st.booleans())
def test_headers_hold_what_they_should_and_nothing_else(subject: str, company: str, readable: bool) -> None:
    """Whatever a plan or a company is called, it arrives as one line, and no header is added."""
    line, sender = one_line(subject), Sender(company, "leave@lantern.example", "help@lantern.example")
    if not line:
        return
    content = _bytes(builders.letter(subject=line), readable=readable, sender=sender)
    mail = _parsed(content)
    assert mail.keys() == HEADERS
    assert " ".join(str(mail["Subject"]).split()) == line
    (author,) = mail["From"].addresses
    assert author.addr_spec == "leave@lantern.example"
    # Without spaces: Python 3.11 reads one between two encoded words of a name, against RFC 2047.
    assert readable or "".join(author.display_name.split()) == "".join(one_line(company).split())
    head = content.partition(b"\r\n\r\n")[0]
    assert all(len(row) < 998 for row in head.split(b"\r\n"))
    assert readable or head.isascii()


@given(text=st.one_of(ANY_TEXT, NASTY), name=NASTY)
def test_a_body_holds_what_was_said_and_ends_no_mail(text: str, name: str) -> None:
    """Words of customers arrive in both forms; no line end but CRLF, no NUL, seven bits (SMTP smuggling)."""
    facts = (Fact("Plan", name),)
    letter = builders.letter(paragraphs=(text,), facts=facts, quote=Quote("In your words", text))
    content = _bytes(letter)
    mail = _parsed(content)
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|[\x80-\xff]|\x00", content)
    assert max(len(row) for row in content.split(b"\r\n")) <= 998
    assert mail.keys() == HEADERS
    shown = visible(text).strip()
    assert not shown or shown in _body(mail, "plain")
    html = _body(mail, "html")
    assert html.count("<body") == html.count("</body>") == 1


@given(
    user=st.text("abcxyz0189.!#$%&'*+/=?^_`{|}~-", min_size=1, max_size=64),
    label=st.from_regex(r"[a-z0-9]{1,60}", fullmatch=True),
)
def test_every_plain_address_arrives_as_it_is(user: str, label: str) -> None:
    """All that may stand before the @ without quotes, as long as it may be; it stays one address."""
    address = f"{user}@{label}.example"
    try:
        mail = _parsed(_bytes(builders.letter(), to=address))
    except MailRefusedError:
        return
    assert [item.addr_spec.replace('"', "") for item in mail["To"].addresses] == [address]
    assert mail.keys() == HEADERS


def test_the_same_job_has_the_same_message_id_for_ever() -> None:
    """At another time, in other words; one that is no word of a header becomes its digest."""
    first = _parsed(_bytes(builders.letter()))
    later = _parsed(_bytes(builders.letter(subject="Changed"), at=datetime(2027, 1, 1, tzinfo=UTC)))
    assert first["Message-ID"] == later["Message-ID"]
    odd = _parsed(_bytes(builders.letter(), message_id="x\r\nBcc: b@example.com"))
    assert re.fullmatch(r"<[0-9a-f]{32}@lantern\.example>", odd["Message-ID"])
    long = _parsed(_bytes(builders.letter(), message_id="j" * 80))
    assert long["Message-ID"] == f"<{'j' * 80}@lantern.example>"


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("a@müller.example", "a@xn--mller-kva.example"),
        ("a@example.com", "a@example.com"),
        ("jürgen@example.com", "jürgen@example.com"),
        # IDNA 2003 would make it somebody else's domain.
        ("a@straße.example", "a@straße.example"),
        ("a@βόλος.example", "a@βόλος.example"),
        (f"a@{'ä' * 70}.example", f"a@{'ä' * 70}.example"),
    ],
)
def test_a_domain_of_other_letters(address: str, known: str) -> None:
    """As DNS has it, where that is the same domain for every version of the rules."""
    assert ascii_domain(address) == known


def test_a_letter_as_it_lies_in_a_file() -> None:
    """Readable without a mail program: words as they are, not encoded."""
    letter = builders.letter(subject="Kündigung", paragraphs=("Grüße",))
    content = _bytes(letter, readable=True)
    assert "Subject: Kündigung\r\n".encode() in content
    assert "Grüße\r\n".encode() in content
