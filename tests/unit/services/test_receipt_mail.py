from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.cancellations import OperationKind
from bot.domain.letters import Fact
from bot.domain.money import Money
from bot.domain.outbox import RECEIPT_MAIL
from bot.services import receipt_mail
from tests.fixtures.fakes import START, RecordingMailer
from tests.unit.services.mailed import END, WORDS, issue, post
from tests.unit.services.script import BASIC, CANCEL, PRO, UNDO
from tests.unit.services.world import World

CANCELLED, WITHDRAWN = OperationKind.CANCEL, OperationKind.WITHDRAW


def rows(facts: tuple[Fact, ...]) -> dict[str, str]:
    """A letter's table."""
    return {fact.label: fact.value for fact in facts}


def test_cancelling_and_undoing_are_confirmed_by_mail(world: World) -> None:
    """Each by a mail to the account holder, with the number that the chat has shown."""
    chat = world.chat("ada")
    done = chat.say("I want to cancel", CANCEL)
    undone = chat.say("undo", UNDO)
    mails = {mail.subject: mail for mail in post(world)}
    assert {mail.to for mail in mails.values()} == {"ada@example.com"}
    assert set(mails) == {
        "Your Pro plan is cancelled and ends on 1 April 2026",
        "Your Pro plan goes on: cancellation undone on 10 March 2026",
    }
    # "goes on" comes before "is cancelled".
    for subject, said in zip(sorted(mails), (undone, done), strict=True):
        assert said.numbers[0] in mails[subject].text


def test_each_plan_has_its_mail(world: World) -> None:
    """As each has its receipt; told again in the chat, none is mailed again."""
    chat = world.chat("max")
    said = chat.say("cancel Basic and Pro", CANCEL)
    chat.say("cancel Basic and Pro", CANCEL)
    mails = post(world)
    assert {mail.letter.stub.number for mail in mails if mail.letter.stub} == set(said.numbers)
    assert len({mail.message_id for mail in mails}) == 2
    assert post(world) == []


def test_all_that_a_confirmation_has_to_hold(world: World) -> None:
    """§ 312k (4) BGB: what was declared, when it was received, and when it ends; and the rest of P6."""
    receipt = issue(world, CANCELLED)
    (mail,) = post(world)
    assert rows(mail.letter.facts) == {
        "Kind": "Ordinary cancellation",
        "Plan": "Pro",
        "Contract": "ada-pro",
        "Ends": "1 April 2026, 09:00 CEST",
        "Still charged": "€0.00",
        "Received": "10 March 2026, 10:30 CET",
        "Carried out": "10 March 2026, 10:30 CET",
        "Customer": "Ada",
    }
    quote, stub, link = mail.letter.quote, mail.letter.stub, mail.letter.link
    assert quote is not None
    assert stub is not None
    assert link is not None
    assert quote.words == WORDS
    assert link.url == f"https://fairwell.example/receipts/{receipt.number}?key=key-of-{receipt.number}"
    assert rows(stub.facts)["Signature"] == receipt.jws.rpartition(".")[2]
    for part in (receipt.number, WORDS, link.url, stub.command, "Nothing more will be charged."):
        assert part in mail.text


def test_the_signed_copy_is_attached(world: World) -> None:
    """What `fairwell receipts verify` reads: a durable medium, whatever becomes of the page."""
    receipt = issue(world, CANCELLED)
    (mail,) = post(world)
    (copy,) = mail.letter.attachments
    assert copy.name == f"receipt-{receipt.number}.json"
    assert json.loads(copy.content) == {"jws": receipt.jws, "disclosures": list(receipt.disclosures)}


@pytest.mark.parametrize("locale", ["en", "de"])
@pytest.mark.parametrize("kind", list(OperationKind))
def test_every_kind_is_said_in_both_languages(world: World, kind: OperationKind, locale: str) -> None:
    """With a subject that names the plan and a day, in the language it was declared in."""
    issue(world, kind, locale=locale, until=END + timedelta(days=30) if kind.value == "pause" else None)
    (mail,) = post(world)[:1]
    assert mail.letter.locale == locale
    assert "Pro" in mail.subject
    assert "2026" in mail.subject
    assert "{" not in mail.text.replace(WORDS, "")
    assert mail.letter.title != world.deps.wording.text(f"receipt_title_{kind}", "en", {}) or locale == "en"


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        (CANCELLED, {"charged": Money(2400, "EUR")}, "Until then it renews as usual: €24.00 will still"),
        (CANCELLED, {"refunded": Money(812, "EUR")}, "€8.12 will be paid back."),
        (CANCELLED, {"effective_at": START}, "It ended on 10 March 2026."),
        (WITHDRAWN, {"effective_at": START, "refunded": Money(1200, "EUR")}, "Your withdrawal has arrived."),
        (OperationKind.PAUSE, {}, "It goes on when you say so."),
        (OperationKind.PAUSE, {"until": END + timedelta(days=30)}, "goes on by itself on 1 May 2026."),
        (OperationKind.RESUME, {}, "Your Pro plan goes on from 1 April 2026."),
    ],
)
def test_what_follows_is_said(world: World, kind: OperationKind, fields: dict[str, Any], said: str) -> None:
    """When it ends, what is still charged, what comes back: what is signed, and no more."""
    issue(world, kind, **fields)
    assert said in post(world)[0].text


def test_who_did_not_write_it_finds_out(world: World) -> None:
    """A cancellation that can still be undone says how; nothing else speaks of it (P8)."""
    issue(world, CANCELLED)
    assert "If this was not you, write “undo” in the chat until 1 April 2026" in post(world)[0].text
    world.customer("ada", PRO)
    issue(world, WITHDRAWN, id="o_2", generation=2)
    assert "If this was not you" not in post(world)[0].text


def test_a_plan_may_have_any_name(world: World) -> None:
    """Also one that would begin another header, or turn a line round: it stands in one line."""
    name = "Pro\r\nBcc: all@evil.example\u202e" + "x" * 300
    world.customer("ada", replace(BASIC, ref="pro", name=name))
    issue(world, CANCELLED)
    (mail,) = post(world)
    assert len(mail.subject) <= 150
    assert mail.subject.startswith("Your Pro Bcc: all@evil.examplexxx")


def test_a_job_holds_the_number_only(world: World) -> None:
    """No address and no words: they are read when the mail is sent, as they are then."""
    receipt = issue(world, CANCELLED)
    (job,) = world.jobs(RECEIPT_MAIL)
    assert job.payload == {"receipt": receipt.number}
    with world.store.begin() as work:
        customer = work.customers.get("ada")
        assert customer is not None
        work.customers.put(replace(customer, email="ada@moved.example"))
        work.commit()
    mailer = RecordingMailer()
    receipt_mail.send(world.deps, mailer, job)
    receipt_mail.send(world.deps, mailer, job)
    assert [mail.to for mail in mailer.sent] == ["ada@moved.example"]


def test_the_same_receipt_is_queued_once(world: World) -> None:
    """By whoever asks for it."""
    receipt = issue(world, CANCELLED)
    with world.store.begin() as work:
        receipt_mail.queue(world.deps, work, receipt)
        work.commit()
    assert len(world.jobs(RECEIPT_MAIL)) == 1


def test_nothing_is_mailed_of_what_was_erased(world: World) -> None:
    """Neither where the receipt is gone (demo reset), nor where its disclosures are."""
    issue(world, CANCELLED)
    (job,) = world.jobs(RECEIPT_MAIL)
    mailer = RecordingMailer()
    with world.store.begin() as work:
        kept = work.receipts.of_customer("ada")[0]
        work.receipts.remove_customer("ada")
        work.commit()
    receipt_mail.send(world.deps, mailer, job)
    for erased in (replace(kept, disclosures=()), replace(kept, customer_ref=None)):
        with world.store.begin() as work:
            work.receipts.add(erased)
            work.commit()
        receipt_mail.send(world.deps, mailer, job)
        with world.store.begin() as work:
            work.receipts.remove_customer("ada")
            work.commit()
    assert mailer.sent == []
