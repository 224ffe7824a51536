"""What a mail server may answer, and whether the mail is tried again, under the same id."""

from __future__ import annotations

import socket
import ssl

import pytest

from bot.domain.errors import MailDelayedError, MailRefusedError
from bot.mail import connection
from bot.mail.connection import Server, Tls
from bot.mail.smtp import SmtpMailer
from tests.fixtures.builders import letter
from tests.fixtures.fakes import FakeClock
from tests.integration.mail.conftest import SENDER, to_plain
from tests.integration.mail.post_office import Certificate, PostOffice, serving

NOBODY = "550 5.1.1 <ada@example.com>: no such user here"


def send(mailer: SmtpMailer, message_id: str = "j_1") -> None:
    """One mail to Ada."""
    mailer.send(to="ada@example.com", letter=letter(), message_id=message_id)


@pytest.mark.parametrize(
    ("command", "answer", "said"),
    [
        ("RCPT", NOBODY, "RCPT with 550 5.1.1"),
        ("RCPT", "553 5.1.3 bad address", "RCPT with 553 5.1.3"),
        ("RCPT", "554 ada@example.com is not welcome", "RCPT with 554"),
        ("DATA", "554 5.7.1 looks like spam", "DATA with 554 5.7.1"),
        ("DATA", "552 5.3.4 too big", "DATA with 552 5.3.4"),
    ],
)
def test_a_refusal_for_ever(plain: PostOffice, command: str, answer: str, said: str) -> None:
    """Of the recipient, or of this very mail: it is not tried again. Nobody's address is repeated."""
    plain.answers[command] = [answer]
    with pytest.raises(MailRefusedError) as fault:
        send(to_plain(plain))
    assert str(fault.value) == f"the mail server answered {said}"
    assert plain.arrived == []


@pytest.mark.parametrize(
    ("command", "answer", "said"),
    [
        ("RCPT", "451 4.7.1 greylisted, come back", "RCPT with 451 4.7.1"),
        ("RCPT", "452 4.2.2 <ada@example.com> mailbox full", "RCPT with 452 4.2.2"),
        ("RCPT", "421 4.3.2 shutting down", "RCPT with 421 4.3.2"),
        ("DATA", "451 4.3.0 try again", "DATA with 451 4.3.0"),
        # Every mail would be refused: somebody puts it right, and then all of them go.
        ("MAIL", "550 5.7.60 you may not send as leave@lantern.example", "MAIL with 550 5.7.60"),
        ("MAIL", "530 5.7.0 log in first", "MAIL with 530 5.7.0"),
        ("MAIL", "450 4.7.0 too many", "MAIL with 450 4.7.0"),
    ],
)
def test_a_refusal_for_now(plain: PostOffice, command: str, answer: str, said: str) -> None:
    """It goes later, as it is."""
    plain.answers[command] = [answer]
    with pytest.raises(MailDelayedError) as fault:
        send(to_plain(plain))
    assert str(fault.value) == f"the mail server answered {said}"
    send(to_plain(plain))
    assert len(plain.arrived) == 1


def test_a_lost_answer_is_the_same_mail_again(plain: PostOffice) -> None:
    """The server had it, and the line broke before it said so: sent again, with the same Message-ID."""
    plain.answers["DATA"] = ["drop"]
    with pytest.raises(MailDelayedError, match=r"did not answer DATA|not reached, at DATA"):
        send(to_plain(plain))
    send(to_plain(plain))
    first, second = plain.mails
    assert first["Message-ID"] == second["Message-ID"] == "<j_1@lantern.example>"
    assert len(plain.arrived) == 2


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_says_nothing_is_not_waited_for(plain: PostOffice, command: str) -> None:
    """Longer than a job may take; whoever comes next is served."""
    plain.answers[command] = ["hang"]
    with pytest.raises(MailDelayedError, match=f"did not answer {command}"):
        send(to_plain(plain, seconds=2))
    send(to_plain(plain))
    assert len(plain.arrived) == 1


def test_the_time_for_all_steps_is_one(plain: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not for each: whom less is left than a step needs does not begin another."""
    monkeypatch.setattr(connection, "_LEAST", 60.0)
    with pytest.raises(MailDelayedError, match="too slow"):
        send(to_plain(plain))
    assert plain.arrived == []


def test_nobody_listens() -> None:
    """The mail server is down: later."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        server = Server("127.0.0.1", taken.getsockname()[1], Tls.NONE)
        with pytest.raises(MailDelayedError, match="not reached, at the connection: Connection refused"):
            send(SmtpMailer(server, FakeClock(), SENDER))


def test_a_name_that_nobody_knows() -> None:
    """`.invalid` never is one (RFC 2606)."""
    with pytest.raises(MailDelayedError, match="not reached, at the connection"):
        send(SmtpMailer(Server("mail.invalid", 25, Tls.NONE), FakeClock(), SENDER))


def test_what_listens_is_no_mail_server(office: PostOffice, signed: Certificate) -> None:
    """TLS meant as plain and plain meant as TLS: no mail, no hanging, later."""
    with serving(office, tls=signed.context), pytest.raises(MailDelayedError):
        send(to_plain(office, seconds=2))
    with serving(office):
        server = Server("127.0.0.1", office.port, Tls.TLS, seconds=2)
        with pytest.raises(MailDelayedError, match="at the connection"):
            send(SmtpMailer(server, FakeClock(), SENDER, signed.path))
    assert office.arrived == []


def test_a_server_with_old_encryption_only(office: PostOffice, signed: Certificate) -> None:
    """TLS 1.1 is none (RFC 8996)."""
    old = signed.context
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with serving(office, tls=old):
        server = Server("127.0.0.1", office.port, Tls.TLS)
        with pytest.raises(MailDelayedError, match="at the connection"):
            send(SmtpMailer(server, FakeClock(), SENDER, signed.path))
