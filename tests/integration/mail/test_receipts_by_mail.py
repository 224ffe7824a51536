"""From a cancellation to the mail in the customer's box, by the worker, through a real mail server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import SecretStr

from bot.crypto.receipt_signing import Ed25519ReceiptSigner
from bot.crypto.receipt_verification import verify_receipt
from bot.domain.errors import ReceiptInvalidError
from bot.domain.outbox import END_NOTICE, RECEIPT_MAIL, TELL
from bot.mail.smtp import SmtpMailer
from bot.services import end_notices, jobs, receipt_mail
from bot.settings import Settings
from cli import mail_checks
from gateway.metrics import Metrics
from gateway.outbox_worker import Handler, OutboxWorker
from gateway.threads import Threads
from tests.integration.mail.conftest import to_careful, to_plain
from tests.integration.mail.post_office import PASSWORD, USER, Certificate, PostOffice
from tests.unit.gateway.support import QUICK
from tests.unit.services.mailed import END
from tests.unit.services.script import CANCEL, PRO
from tests.unit.services.world import World


@pytest.fixture
def world() -> World:
    """Ada with one plan, in a company that really signs."""
    made = World()
    key = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    made.deps = replace(made.deps, signer=Ed25519ReceiptSigner([key.decode()], b"k" * 32))
    made.customer("ada", PRO)
    return made


class Posted:
    """Does what is due in the outbox, as the gateway does."""

    def __init__(self, world: World, mailer: SmtpMailer) -> None:
        self._threads = Threads()
        handlers: dict[str, Handler] = {
            RECEIPT_MAIL: partial(receipt_mail.send, world.deps, mailer),
            END_NOTICE: partial(end_notices.send, world.deps, mailer),
            TELL: lambda _: None,
        }
        self.metrics = Metrics()
        self._worker = OutboxWorker(world.deps, handlers, "one", self._threads, self.metrics, QUICK)

    def post(self) -> None:
        """All of it."""
        asyncio.run(self._worker.work())

    def close(self) -> None:
        """Ends the threads."""
        self._worker.close()
        self._threads.close()


@pytest.fixture
def posted(world: World, plain: PostOffice) -> Iterator[Posted]:
    """The worker, at a mail server that does as it is told."""
    made = Posted(world, to_plain(plain))
    yield made
    made.close()


def cancelled(world: World, words: str, locale: str = "en") -> str:
    """Ada cancels; returns the receipt's number."""
    chat = world.chat("ada")
    spoken = replace(chat.state, locale=locale)
    with world.store.begin() as work:
        work.conversations.put(spoken)
        work.commit()
    (number,) = chat.say(words, CANCEL).numbers
    return number


def body(mail: EmailMessage, kind: str) -> str:
    """The text of a part."""
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("locale", "words", "subject", "facts"),
    [
        (
            "en",
            "I want to cancel",
            "Your Pro plan is cancelled and ends on 1 April 2026",
            {
                "Kind": "Ordinary cancellation",
                "Plan": "Pro",
                "Contract": "ada-pro",
                "Ends": "1 April 2026, 09:00 CEST",
                "Still charged": "€0.00",
                "Received": "10 March 2026, 10:30 CET",
                "Carried out": "10 March 2026, 10:30 CET",
                "Customer": "Ada",
            },
        ),
        (
            "de",
            "Ich möchte kündigen",
            "Ihr Pro-Abo ist gekündigt und endet am 1. April 2026",
            {
                "Art": "Ordentliche Kündigung",
                "Abo": "Pro",
                "Vertrag": "ada-pro",
                "Endet": "1. April 2026, 09:00 MESZ",
                "Noch berechnet": "0,00\xa0€",
                "Eingegangen": "10. März 2026, 10:30 MEZ",
                "Ausgeführt": "10. März 2026, 10:30 MEZ",
                "Name": "Ada",
            },
        ),
    ],
)
def test_a_receipt_arrives_with_everything_in_it(
    world: World,
    careful: PostOffice,
    signed: Certificate,
    locale: str,
    words: str,
    subject: str,
    facts: dict[str, str],
) -> None:
    """In the customer's language, as text and as HTML, with the signed copy, which verifies."""
    number = cancelled(world, words, locale)
    posted = Posted(world, to_careful(careful, signed.path))
    posted.post()
    posted.close()
    (mail,) = careful.mails
    assert (mail["To"], mail["Subject"]) == ("ada@example.com", subject)
    assert (mail["Content-Language"], mail["Auto-Submitted"]) == (locale, "auto-generated")
    text, html = body(mail, "plain"), body(mail, "html")
    for label, value in facts.items():
        assert f"\n{label}:" in text
        assert f" {value}\n" in text
        assert f">{label}</th>" in html
        assert f">{value}</td>" in html
    link = f"https://fairwell.example/receipts/{number}?key="
    for part in (number, link, f"receipt-{number}.json", "/.well-known/jwks.json"):
        assert part in text
        assert part in html
    assert f"\n> {words}\n" in text
    assert f"<q>{words}</q>" in html
    assert f'<html lang="{locale}" dir="ltr">' in html
    (file,) = mail.iter_attachments()
    assert file.get_filename() == f"receipt-{number}.json"
    signer = world.deps.signer
    assert isinstance(signer, Ed25519ReceiptSigner)
    verified = verify_receipt(file.get_content(), signer.jwks())
    assert verified.personal["words"] == words
    with pytest.raises(ReceiptInvalidError):
        verify_receipt(file.get_content().replace(b"ey", b"eY", 1), signer.jwks())


def test_a_lost_answer_makes_no_second_mail_for_readers(
    world: World, posted: Posted, plain: PostOffice
) -> None:
    """The job is tried again until the server has said that it has it; the Message-ID is the same."""
    cancelled(world, "I want to cancel")
    plain.answers["DATA"] = ["drop", "drop"]
    for _ in range(3):
        posted.post()
        world.clock.advance(minutes=2)
    assert len(plain.arrived) == 3
    assert len({mail["Message-ID"] for mail in plain.mails}) == 1
    posted.post()
    assert len(plain.arrived) == 3


def test_an_address_that_is_gone_is_left_to_staff(world: World, posted: Posted, plain: PostOffice) -> None:
    """Tried once, kept with why, and sent when they have put it right."""
    cancelled(world, "I want to cancel")
    plain.answers["RCPT"] = ["550 5.1.1 <ada@example.com>: unknown"]
    posted.post()
    world.clock.advance(days=1)
    posted.post()
    (dead,) = jobs.given_up(world.deps)
    assert (dead.kind, dead.fault) == (RECEIPT_MAIL, "the mail server answered RCPT with 550 5.1.1")
    assert posted.metrics.jobs.labels(RECEIPT_MAIL, "dead")._value.get() == 1
    jobs.try_again(world.deps, dead.id)
    posted.post()
    assert len(plain.arrived) == 1


def test_the_notice_of_the_end_arrives(world: World, posted: Posted, plain: PostOffice) -> None:
    """When it has come, within the worker's next look."""
    cancelled(world, "I want to cancel")
    posted.post()
    world.clock.time = END
    posted.post()
    _, notice = plain.mails
    assert notice["Subject"] == "Your Pro plan ended on 1 April 2026"
    assert "Nothing more will be charged." in body(notice, "plain")
    assert list(notice.iter_attachments()) == []


def test_doctor_says_what_the_mail_server_takes(
    careful: PostOffice, signed: Certificate, tmp_path: Path
) -> None:
    """Who we are there, how the line is secured; or what is wrong, without a password. No mail is sent."""
    settings = Settings(
        home=tmp_path,
        smtp_host="127.0.0.1",
        smtp_port=careful.port,
        smtp_user=USER,
        smtp_password=SecretStr(PASSWORD),
        smtp_certificates=signed.path,
        mail_from="leave@lantern.example",
    )
    (found,) = mail_checks.mail(settings)
    assert (found.state, found.topic) == ("ok", "mail")
    taken = "TLSv1.3, logged in, SMTPUTF8, 8BITMIME, SIZE"
    assert found.text == f"127.0.0.1:{careful.port} takes mail from leave@lantern.example: {taken}"
    wrong = settings.model_copy(update={"smtp_password": SecretStr("wrong")})
    (found,) = mail_checks.mail(wrong)
    assert found.state == "bad"
    assert found.text.startswith(f"127.0.0.1:{careful.port}: the mail server answered AUTH with 535 5.7.8;")
    assert careful.arrived == []
