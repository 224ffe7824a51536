from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.mail.connection import Server, Tls
from bot.mail.message import Sender
from bot.mail.smtp import SmtpMailer
from tests.fixtures.fakes import FakeClock
from tests.integration.mail.post_office import PASSWORD, USER, Certificate, PostOffice, certificate, serving

SENDER = Sender("Lantern Notes", "leave@lantern.example", "help@lantern.example")


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate for this machine that nobody but these tests trusts."""
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def office() -> PostOffice:
    """What the mail server does, and what it got."""
    return PostOffice()


@pytest.fixture
def plain(office: PostOffice) -> Iterator[PostOffice]:
    """A mail server on this machine, without encryption and login."""
    with serving(office, enable_SMTPUTF8=True):
        yield office


@pytest.fixture
def careful(office: PostOffice, signed: Certificate) -> Iterator[PostOffice]:
    """A mail server as providers run it: STARTTLS, then a login."""
    with serving(
        office,
        starttls=signed.context,
        require_starttls=True,
        auth_required=True,
        authenticator=office.login,
        enable_SMTPUTF8=True,
    ):
        yield office


def to_plain(office: PostOffice, seconds: float = 20.0) -> SmtpMailer:
    """A mailer for the first."""
    return SmtpMailer(Server("127.0.0.1", office.port, Tls.NONE, seconds=seconds), FakeClock(), SENDER)


def to_careful(
    office: PostOffice, certificates: Path | None, password: str = PASSWORD, host: str = "127.0.0.1"
) -> SmtpMailer:
    """A mailer for the second, who trusts these certificates; else those that the system trusts."""
    server = Server(host, office.port, Tls.STARTTLS, USER, password, 20.0)
    return SmtpMailer(server, FakeClock(), SENDER, certificates)
