"""Mail through a real mail server: encrypted, logged in, received, and read as mail programs read it."""

from __future__ import annotations

import re

import pytest

from bot.domain.errors import MailDelayedError, MailRefusedError
from bot.domain.letters import Fact, visible
from bot.mail.connection import Server, Tls
from bot.mail.smtp import SmtpMailer
from tests.fixtures.builders import letter
from tests.fixtures.fakes import START, FakeClock
from tests.integration.mail.conftest import SENDER, to_careful, to_plain
from tests.integration.mail.post_office import Certificate, PostOffice, certificate, serving


def test_a_mail_arrives_encrypted_after_a_login(careful: PostOffice, signed: Certificate) -> None:
    """STARTTLS, login, one mail, and nothing of the name of this machine."""
    to_careful(careful, signed.path).send(to="ada@example.com", letter=letter(), message_id="j_1")
    ((sender, recipient, content),) = careful.arrived
    assert (sender, recipient) == ("leave@lantern.example", "ada@example.com")
    assert careful.logins == ["PLAIN"]
    assert set(careful.seen) == {"lantern.example"}
    assert content.isascii()
    (mail,) = careful.mails
    assert (mail["From"], mail["To"]) == ("Lantern Notes <leave@lantern.example>", "ada@example.com")
    assert (mail["Reply-To"], mail["Subject"]) == ("help@lantern.example", "Your code")
    assert (mail["Message-ID"], mail["Date"].datetime) == ("<j_1@lantern.example>", START)
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def test_a_mail_arrives_encrypted_from_the_first_byte(office: PostOffice, signed: Certificate) -> None:
    """Implicit TLS (RFC 8314)."""
    with serving(office, tls=signed.context):
        server = Server("127.0.0.1", office.port, Tls.TLS)
        mailer = SmtpMailer(server, FakeClock(), SENDER, signed.path)
        mailer.send(to="ada@example.com", letter=letter(), message_id="j_1")
    assert len(office.arrived) == 1


def test_a_certificate_that_nobody_trusts(careful: PostOffice) -> None:
    """Nothing is said to whoever shows it: neither password nor mail."""
    with pytest.raises(MailDelayedError, match="certificate is not good: self-signed certificate"):
        to_careful(careful, None).send(to="ada@example.com", letter=letter(), message_id="j_1")
    assert (careful.logins, careful.arrived) == ([], [])


def test_a_certificate_of_another_host(office: PostOffice, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A good one, but not this server's."""
    other = certificate(tmp_path_factory.mktemp("other"), "mail.other.example")
    with (
        serving(office, starttls=other.context, require_starttls=True),
        pytest.raises(MailDelayedError, match="certificate is not good: IP address mismatch"),
    ):
        to_careful(office, other.path).send(to="ada@example.com", letter=letter(), message_id="j_1")
    assert office.arrived == []


def test_a_server_without_encryption_gets_nothing(plain: PostOffice, signed: Certificate) -> None:
    """Somebody on the way may have taken STARTTLS out of what it offers."""
    with pytest.raises(MailDelayedError, match="offers no STARTTLS"):
        to_careful(plain, signed.path).send(to="ada@example.com", letter=letter(), message_id="j_1")
    assert plain.arrived == []


def test_a_wrong_password(careful: PostOffice, signed: Certificate) -> None:
    """Somebody will put it right: the mail waits. What the server said is not repeated."""
    with pytest.raises(MailDelayedError) as fault:
        to_careful(careful, signed.path, "wrong").send(to="a@example.com", letter=letter(), message_id="j_1")
    assert str(fault.value) == "the mail server answered AUTH with 535 5.7.8"
    assert fault.value.__cause__ is None
    assert fault.value.__suppress_context__
    assert careful.arrived == []


def test_a_login_where_none_is_offered(office: PostOffice, signed: Certificate) -> None:
    """Says so."""
    with (
        serving(office, starttls=signed.context, auth_exclude_mechanism=["LOGIN", "PLAIN"]),
        pytest.raises(MailDelayedError, match="AUTH failed"),
    ):
        to_careful(office, signed.path).send(to="ada@example.com", letter=letter(), message_id="j_1")


def test_an_address_of_another_alphabet(plain: PostOffice) -> None:
    """As it is, in UTF-8, where the server carries that (RFC 6531); a domain alone needs nobody's help."""
    to_plain(plain).send(to="jürgen@müller.example", letter=letter(), message_id="j_1")
    to_plain(plain).send(to="ada@müller.example", letter=letter(), message_id="j_2")
    assert [recipient for _, recipient, _ in plain.arrived] == [
        "jürgen@xn--mller-kva.example",
        "ada@xn--mller-kva.example",
    ]
    assert "To: jürgen@xn--mller-kva.example\r\n".encode() in plain.arrived[0][2]
    assert plain.arrived[1][2].isascii()


def test_an_address_that_the_server_can_not_carry(office: PostOffice) -> None:
    """Is refused here: guessing another spelling could be somebody else's."""
    with serving(office):
        for address in ("jürgen@example.com", "ada@straße.example"):
            with pytest.raises(MailRefusedError, match="other alphabets"):
                to_plain(office).send(to=address, letter=letter(), message_id="j_1")
    assert office.arrived == []


@pytest.mark.parametrize(
    "to",
    [
        "a@example.com\r\nRCPT TO:<b@example.com>",
        "a@example.com>\r\nDATA",
        "a@example.com,b@example.com",
        "<a@example.com>",
        "",
    ],
)
def test_an_address_is_no_command(plain: PostOffice, to: str) -> None:
    """Refused before anybody is called."""
    with pytest.raises(MailRefusedError):
        to_plain(plain).send(to=to, letter=letter(), message_id="j_1")
    assert (plain.seen, plain.arrived) == ([], [])


@pytest.mark.parametrize(
    "words",
    [
        "\r\n.\r\nMAIL FROM:<evil@example.com>\r\n",
        "\n.\nQUIT\n",
        "\r.\r\nRSET",
        ".",
        "..\n.a\n",
        "From here\n\nBcc: evil@example.com",
        "\x00\x07\x1b[2J",
        "x" * 5000,
        "\U0001f642 " * 400,
    ],
)
def test_words_end_no_mail_and_begin_no_other(plain: PostOffice, words: str) -> None:
    """Whatever a customer writes is part of one mail, as text (SMTP smuggling)."""
    hostile = letter(paragraphs=(words,), facts=(Fact("Plan", words),), title=words)
    to_plain(plain).send(to="ada@example.com", letter=hostile, message_id="j_1")
    ((_, _, content),) = plain.arrived
    assert b"evil@example.com" not in content.partition(b"\r\n\r\n")[0]
    assert content.endswith(b"--\r\n")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", content)
    (mail,) = plain.mails
    assert mail["Bcc"] is None
    body = mail.get_body(("plain",))
    assert body is not None
    assert visible(words).strip() in body.get_content().replace("\r\n", "\n")


def test_what_a_server_takes_is_said_without_a_mail(careful: PostOffice, signed: Certificate) -> None:
    """For `fairwell doctor`: how it is secured, and that our address may send."""
    report = to_careful(careful, signed.path).look()
    assert report.protocol == "TLSv1.3"
    assert report.extensions == ("smtputf8", "8bitmime", "size")
    assert careful.arrived == []
    careful.answers["MAIL"] = ["550 5.7.1 not yours"]
    with pytest.raises(MailDelayedError, match=r"answered MAIL with 550 5\.7\.1"):
        to_careful(careful, signed.path).look()
